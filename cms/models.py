"""The public pages: the first page, GI products, communities with their programmes.

Thai pages stand at `/`, English ones at `/en/`; a page and its translation share their slug, so the
language switch leads from one to the other. Facts carry their source; what is doubtful stays empty.
A page that was ever published is unpublished, never deleted (`wagtail_hooks`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from catalogue.models import Product
from cms import live, structured
from cms.blocks import (
    HOME_BLOCKS,
    STORY_BLOCKS,
    FactBlock,
    MenuItemBlock,
    PriceTierBlock,
    ProgrammeStepBlock,
)
from cms.fields import SeasonField
from cms.languages import Language, alternates
from cms.slugs import is_taken
from marketplace.places.models import District

if TYPE_CHECKING:
    from django.template.context import Context

phone_digits = RegexValidator(r"^\+?[0-9][0-9 \-]{5,20}$", _("ใส่เบอร์โทรศัพท์ เช่น 074 000 000"))


class PublicPage(Page):
    """What every public page has: a summary for readers, search engines and shared links."""

    summary = models.TextField(
        _("สรุปสั้น"),
        max_length=320,
        help_text=_("สองถึงสามประโยค อยู่ใต้ชื่อหน้า ในผลค้นหา และเมื่อมีคนส่งลิงก์ต่อ"),
    )
    picture = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ภาพถ่าย"),
        help_text=_("แนวนอน กว้างอย่างน้อย 1,200 จุด ถ้าไม่มี ใช้ภาพวาดของตลาดแทน"),
    )
    picture_alt = models.CharField(_("คำบรรยายภาพสำหรับผู้ที่มองไม่เห็น"), max_length=200, blank=True)
    picture_credit = models.CharField(_("เจ้าของภาพ"), max_length=120, blank=True)

    show_in_menus_default = True
    drawing = "lake"
    """The house's own drawing at the head of the page where there is no photograph."""

    picture_panel = MultiFieldPanel(
        [FieldPanel("picture"), FieldPanel("picture_alt"), FieldPanel("picture_credit")],
        heading=_("ภาพหัวหน้า"),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.picture and not self.picture_alt:
            errors["picture_alt"] = _("บอกสิ่งที่เห็นในภาพ เพื่อผู้ที่มองไม่เห็นภาพ")
        if self.picture and not self.picture_credit:
            errors["picture_credit"] = _("บอกชื่อเจ้าของภาพ")
        if self.slug and is_taken(self.slug):
            errors["slug"] = _("ที่อยู่นี้เป็นของส่วนอื่นของเว็บแล้ว ใช้คำอื่น")
        if errors:
            raise ValidationError(errors)

    @property
    def description(self) -> str:
        """What search engines and shared links say of the page."""
        return str(self.search_description or self.summary)

    def languages(self) -> list[Language]:
        """The languages this page can be read in, with where."""
        return alternates(self)

    def crumbs(self) -> list[tuple[str, str]]:
        """Name and address of the pages above this one, from the first page down."""
        return [
            (page.title, page.get_url() or "/")
            for page in self.get_ancestors().filter(depth__gt=1).live()
        ]

    def linked_data(self) -> list[dict[str, Any]]:
        """What the page tells machines (schema.org)."""
        return [structured.breadcrumbs(self)] if self.depth > 2 else []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context: Context = super().get_context(request, *args, **kwargs)
        context["languages"] = self.languages()
        context["linked_data"] = self.linked_data()
        return context


class HomePage(PublicPage):
    """The market's first page in one language."""

    hero_heading = models.CharField(_("ประโยคใหญ่"), max_length=80)
    body = StreamField(HOME_BLOCKS, verbose_name=_("เนื้อหา"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.GIProductPage", "cms.CommunityPage"]
    max_count_per_parent = 2

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อในแถบของเบราว์เซอร์")),
        FieldPanel("hero_heading"),
        FieldPanel("summary"),
        FieldPanel("body"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("หน้าแรก")
        verbose_name_plural = _("หน้าแรก")

    def features(self) -> list[Any]:
        """The published GI products and communities below this page, in their order."""
        pages = self.get_children().live().public().specific()
        return [page for page in pages if isinstance(page, GIProductPage | CommunityPage)]

    def linked_data(self) -> list[dict[str, Any]]:
        return [structured.website(self)]


class GIProductPage(PublicPage):
    """A product whose name is registered as a geographical indication."""

    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ผลผลิตในตลาด"),
        help_text=_("ใช้แสดงที่เปิดจองตอนนี้ และกลุ่มที่ใช้ตรา GI ได้วันนี้"),
    )
    name_roman = models.CharField(_("ชื่ออักษรโรมัน"), max_length=120, blank=True)
    name_other = models.CharField(_("ชื่ออื่น"), max_length=120, blank=True)
    scientific_name = models.CharField(_("ชื่อวิทยาศาสตร์"), max_length=120, blank=True)
    announced_on = models.DateField(_("วันที่ประกาศขึ้นทะเบียน"), null=True, blank=True)
    registration_no = models.CharField(
        _("เลขทะเบียน"),
        max_length=40,
        blank=True,
        help_text=_("เช่น สช 68100252 ถ้ายังไม่พบ เว้นว่างไว้ หน้าเว็บจะบอกว่าไม่พบเลขทะเบียน"),
    )
    applicant = models.CharField(_("ผู้ขอขึ้นทะเบียน"), max_length=160, blank=True)
    register_source = models.CharField(_("แหล่งที่มาของทะเบียน"), max_length=120, blank=True)
    register_url = models.URLField(_("ลิงก์แหล่งที่มาของทะเบียน"), blank=True)
    districts = ParentalManyToManyField(
        District, blank=True, related_name="+", verbose_name=_("พื้นที่ (อำเภอ)")
    )
    area_note = models.CharField(_("หมายเหตุพื้นที่"), max_length=200, blank=True)
    season_months = SeasonField(_("ฤดู"))
    season_note = models.CharField(_("คำอธิบายฤดู"), max_length=300, blank=True)
    facts = StreamField(
        [("fact", FactBlock())],
        verbose_name=_("ข้อเท็จจริงพร้อมแหล่งที่มา"),
        blank=True,
    )
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องราว"), blank=True)
    checked_on = models.DateField(_("ตรวจสอบข้อมูลล่าสุด"), null=True, blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "orchard"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อสินค้าตามทะเบียน")),
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                HelpPanel(content=_("ใส่เฉพาะที่มีแหล่งยืนยัน เรื่องที่ไม่แน่ใจเว้นว่างไว้")),
                FieldPanel("name_roman"),
                FieldPanel("name_other"),
                FieldPanel("scientific_name"),
                FieldPanel("announced_on"),
                FieldPanel("registration_no"),
                FieldPanel("applicant"),
                FieldPanel("register_source"),
                FieldPanel("register_url"),
            ],
            heading=_("ทะเบียน"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("districts", widget=forms.CheckboxSelectMultiple),
                FieldPanel("area_note"),
            ],
            heading=_("พื้นที่"),
        ),
        MultiFieldPanel([FieldPanel("season_months"), FieldPanel("season_note")], heading=_("ฤดู")),
        FieldPanel("product"),
        FieldPanel("facts"),
        FieldPanel("body"),
        FieldPanel("checked_on"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("ของดี GI")
        verbose_name_plural = _("ของดี GI")

    def related_programmes(self) -> list[Programme]:
        """Programmes in this language on whose menu the product stands, else the first two."""
        rows = list(
            Programme.objects.filter(page__live=True, page__locale=self.locale)
            .select_related("page__district")
            .order_by("page__path", "sort_order")
        )
        code = self.product.upc if self.product else ""
        of_it = [row for row in rows if code in {item.value["product"] for item in row.menu}]
        return (of_it or rows)[:2]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context = super().get_context(request, *args, **kwargs)
        offers = live.open_offers(product=self.product, limit=12) if self.product else []
        context["offers"] = offers
        context["holders"] = live.gi_holders(self.product) if self.product else []
        context["area"] = list(self.districts.all())
        context["state"] = live.season_state(self.season_months, is_open=bool(offers))
        context["linked_data"] = [*self.linked_data(), structured.product(self, offers)]
        return context


class CommunityPage(PublicPage):
    """A community that receives visitors, with its programmes."""

    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", verbose_name=_("อำเภอ")
    )
    phone = models.CharField(_("โทรศัพท์"), max_length=24, validators=[phone_digits], blank=True)
    phone_note = models.CharField(
        _("ใครรับสาย เมื่อไร"), max_length=100, blank=True, help_text=_("เช่น ป้าจันทร์ 08.00–18.00 น.")
    )
    line_url = models.URLField(_("ลิงก์ LINE"), blank=True)
    whatsapp_url = models.URLField(_("ลิงก์ WhatsApp"), blank=True)
    website = models.URLField(_("เว็บหรือเพจ"), blank=True)
    languages_spoken = models.CharField(
        _("ภาษาที่ใช้ได้"), max_length=120, help_text=_("เช่น ไทย อังกฤษ มลายู")
    )
    meeting_point = models.CharField(_("จุดนัดพบ"), max_length=200)
    map_url = models.URLField(_("ลิงก์แผนที่"), blank=True)
    getting_there = models.CharField(
        _("เดินทาง"),
        max_length=240,
        blank=True,
        help_text=_("จากหาดใหญ่กี่กิโลเมตร กี่นาที มีรถสาธารณะไหม"),
    )
    halal = models.CharField(
        _("ฮาลาล"), max_length=200, help_text=_("บอกตามจริง และบอกว่ามีใบรับรองหรือยัง")
    )
    prayer = models.CharField(_("ละหมาด"), max_length=200, blank=True)
    access = models.CharField(
        _("เข้าถึง"), max_length=240, blank=True, help_text=_("ทางลาด ขั้นบันได เรือ ห้องน้ำ รถเข็น")
    )
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องของชุมชน"), blank=True)
    checked_on = models.DateField(_("ตรวจสอบข้อมูลล่าสุด"), null=True, blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "shore"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อชุมชน")),
        FieldPanel("summary"),
        FieldPanel("district"),
        InlinePanel("programmes", heading=_("โปรแกรม"), label=_("โปรแกรม")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("phone_note")]),
                FieldPanel("line_url"),
                FieldPanel("whatsapp_url"),
                FieldPanel("website"),
                FieldPanel("languages_spoken"),
            ],
            heading=_("ติดต่อ"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("meeting_point"),
                FieldPanel("map_url"),
                FieldPanel("getting_there"),
                FieldPanel("halal"),
                FieldPanel("prayer"),
                FieldPanel("access"),
            ],
            heading=_("ควรรู้ก่อนไป"),
        ),
        FieldPanel("body"),
        FieldPanel("checked_on"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("ชุมชน")
        verbose_name_plural = _("ชุมชน")

    @property
    def area(self) -> list[District]:
        """Where the community is, for the map."""
        return [self.district]

    def linked_data(self) -> list[dict[str, Any]]:
        trips = [structured.trip(programme) for programme in self.programmes.all()]
        return [*super().linked_data(), *trips]


class Programme(Orderable):
    """What a community does with its visitors, hour by hour, and what it costs."""

    class Kind(models.TextChoices):
        HALF_DAY = "half_day", _("ครึ่งวัน")
        DAY = "day", _("หนึ่งวัน")
        OVERNIGHT = "overnight", _("สองวันหนึ่งคืน")

    page = ParentalKey(CommunityPage, on_delete=models.CASCADE, related_name="programmes")
    name = models.CharField(_("ชื่อโปรแกรม"), max_length=120)
    summary = models.TextField(_("สรุปสั้น"), max_length=320)
    kind = models.CharField(_("นานเท่าไร"), max_length=12, choices=Kind, default=Kind.HALF_DAY)
    group_min = models.PositiveSmallIntegerField(
        _("อย่างน้อย (คน)"), default=1, validators=[MinValueValidator(1)]
    )
    group_max = models.PositiveSmallIntegerField(
        _("ไม่เกิน (คน)"), default=12, validators=[MinValueValidator(1)]
    )
    lead_days = models.PositiveSmallIntegerField(_("จองล่วงหน้า (วัน)"), default=3)
    months = SeasonField(_("เดือนที่ไปได้"))
    months_note = models.CharField(_("คำอธิบายเดือน"), max_length=240, blank=True)
    steps = StreamField([("step", ProgrammeStepBlock())], verbose_name=_("ทำอะไรบ้าง"))
    prices = StreamField([("price", PriceTierBlock())], verbose_name=_("ราคาต่อคน"))
    included = models.CharField(_("ราคารวมอะไร"), max_length=240, blank=True)
    money_to = models.CharField(
        _("เงินไปถึงใคร"), max_length=240, help_text=_("บอกเป็นส่วน เช่น คนขึ้นตาล คนเรือ ครัว กองทุนชุมชน")
    )
    community_percent = models.PositiveSmallIntegerField(
        _("เข้ากองทุนชุมชน (ร้อยละ)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    rain_rule = models.CharField(
        _("ถ้าฝนตกหรือคลื่นแรง"), max_length=300, help_text=_("ใครตัดสิน เมื่อไร คืนเงินเท่าไร")
    )
    menu = StreamField(
        [("item", MenuItemBlock())], verbose_name=_("ของในตลาดที่ได้กินได้ทำ"), blank=True
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("summary"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("group_min"), FieldPanel("group_max"), FieldPanel("lead_days")]),
        FieldPanel("months"),
        FieldPanel("months_note"),
        FieldPanel("steps"),
        FieldPanel("prices"),
        FieldPanel("included"),
        FieldPanel("money_to"),
        FieldPanel("community_percent"),
        FieldPanel("rain_rule"),
        FieldPanel("menu"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("โปรแกรม")
        verbose_name_plural = _("โปรแกรม")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.group_max < self.group_min:
            raise ValidationError({"group_max": _("จำนวนคนสูงสุดต้องไม่น้อยกว่าต่ำสุด")})

    @property
    def anchor(self) -> str:
        """The programme's place on its community's page."""
        return f"programme-{self.sort_order or 0}"

    @property
    def url(self) -> str:
        return f"{self.page.get_url() or ''}#{self.anchor}"

    @property
    def lowest_baht(self) -> int | None:
        """The lowest price a head that a grown-up group can have, whole baht."""
        prices = [tier.value["baht"] for tier in self.prices if tier.value.get("people_min")]
        return min(prices, default=None)

    def on_menu(self) -> list[tuple[Product, str]]:
        """The products on the menu with who they come from; one query."""
        items = [item.value for item in self.menu]
        products = {
            product.upc: product
            for product in Product.objects.browsable().filter(upc__in=[i["product"] for i in items])
        }
        return [(products[i["product"]], i["by"]) for i in items if i["product"] in products]
