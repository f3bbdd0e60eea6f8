"""The building blocks of the public pages. Live blocks read the market when the page is shown.

Each has a sample for the editor's preview; nothing here runs a script or takes free HTML.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Locale

from catalogue.models import Product
from cms import live
from cms.live_blocks import (
    GroupBlock,
    MapBlock,
    PageListBlock,
    ProgrammeListBlock,
    SeasonCalendarBlock,
)

RICH_TEXT = ["bold", "italic", "link", "ol", "ul", "h3"]


def product_choices() -> list[tuple[str, str]]:
    """Kinds of produce by their code, in the editor's language."""
    if get_language() in (None, "th"):
        names = Product.objects.browsable().order_by("title").values_list("upc", "title")
    else:
        names = Product.objects.browsable().order_by("title_en").values_list("upc", "title_en")
    return [(code, name) for code, name in names if code]


def _first_page() -> Any:
    """The first page in the reader's language; None where there is none."""
    from cms.models import HomePage

    return HomePage.objects.live().filter(locale=Locale.get_active()).first()


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": RICH_TEXT, "editor": "default", **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("ข้อความ")
        template = "cms/blocks/text.html"
        preview_value = "<p>ปกติย่อหน้าหนึ่งยาวไม่เกินสี่บรรทัด อ่านจบได้บนจอโทรศัพท์</p>"
        description = _("ย่อหน้า หัวข้อย่อย รายการ และลิงก์")


class FactBlock(blocks.StructBlock):
    """A fact and where it was found: without a source it is not a fact yet."""

    term = blocks.CharBlock(label=_("เรื่อง"), max_length=60)
    value = blocks.CharBlock(label=_("ข้อเท็จจริง"), max_length=300)
    source_name = blocks.CharBlock(
        label=_("แหล่งที่มา"),
        max_length=120,
        help_text=_("ใครบอก และเมื่อไร เช่น สำนักข่าวไทย 26 พ.ค. 2566 ถ้าไม่มีแหล่ง อย่าเพิ่งใส่เรื่องนี้"),
    )
    source_url = blocks.URLBlock(label=_("ลิงก์แหล่งที่มา"), required=False)

    class Meta:
        icon = "info-circle"
        label = _("ข้อเท็จจริง")


class FactsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    facts = blocks.ListBlock(FactBlock(), label=_("ข้อเท็จจริง"))

    class Meta:
        icon = "list-ul"
        label = _("ข้อเท็จจริงพร้อมแหล่งที่มา")
        template = "cms/blocks/facts.html"
        description = _("ทุกเรื่องต้องบอกแหล่งที่มา ผู้อ่านเห็นแหล่งใต้ทุกบรรทัด")
        preview_value = {
            "heading": "เรื่องที่ตรวจสอบแล้ว",
            "facts": [
                {
                    "term": "ขนาดผล",
                    "value": "4 ผลต่อกิโลกรัม",
                    "source_name": "ชื่อแหล่งตัวอย่าง",
                    "source_url": "",
                }
            ],
        }


class ProductCardsBlock(blocks.StructBlock):
    """Kinds of produce in season now; read from the market."""

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    limit = blocks.IntegerBlock(label=_("จำนวนการ์ด"), min_value=2, max_value=12, default=4)

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        context["season"] = live.in_season(limit=value["limit"])
        return context

    class Meta:
        icon = "date"
        label = _("เดือนนี้มีอะไร (สด)")
        template = "cms/blocks/product_cards.html"
        description = _("การ์ดผลผลิตตามฤดู อ่านจากตลาดทุกครั้งที่เปิดหน้า")
        preview_value = {"heading": "เดือนนี้มีอะไร", "limit": 4}


class OffersNowBlock(blocks.StructBlock):
    """What can be ordered now; read from the market."""

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    product = blocks.ChoiceBlock(
        choices=product_choices,
        label=_("เฉพาะชนิด"),
        required=False,
        help_text=_("เว้นว่างคือทุกชนิด"),
    )
    limit = blocks.IntegerBlock(label=_("จำนวนแถว"), min_value=3, max_value=20, default=6)

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        product = None
        if value["product"]:
            product = Product.objects.filter(upc=value["product"]).first()
        context["offers"] = live.open_offers(product=product, limit=value["limit"])
        context["show_product"] = product is None
        return context

    class Meta:
        icon = "table"
        label = _("ที่เปิดจองตอนนี้ (สด)")
        template = "cms/blocks/offers_now.html"
        description = _("ตารางผลผลิตที่เปิดจอง อ่านจากตลาดทุกครั้งที่เปิดหน้า")
        preview_value = {"heading": "จองได้ตอนนี้", "product": "", "limit": 6}


class StepTextBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("ชื่อขั้น"), max_length=60)
    text = blocks.TextBlock(label=_("คำอธิบาย"), max_length=220)

    class Meta:
        icon = "order"


class AudienceBlock(blocks.StructBlock):
    """What the market is for one kind of reader, and the one next act."""

    DESTINATIONS = [
        ("group", _("สมัครเป็นกลุ่มเกษตรกร")),
        ("buyer", _("สมัครเป็นผู้ซื้อ")),
        ("communities", _("เที่ยวชุมชน")),
        ("catalogue", _("รายการขาย")),
        ("sign-in", _("เข้าสู่ระบบ")),
    ]

    title = blocks.CharBlock(label=_("ใคร"), max_length=60)
    text = blocks.TextBlock(label=_("ได้อะไร"), max_length=260)
    drawing = blocks.ChoiceBlock(
        label=_("ภาพวาด"),
        choices=[
            ("leafy", _("ผักใบ")),
            ("rice", _("รวงข้าว")),
            ("fish", _("ปลา")),
            ("citrus", _("ส้ม")),
            ("basket", _("ตะกร้า")),
        ],
        default="basket",
    )
    link_label = blocks.CharBlock(label=_("คำบนลิงก์"), max_length=60)
    link = blocks.ChoiceBlock(label=_("ไปที่"), choices=DESTINATIONS)

    class Meta:
        icon = "group"


class HowBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    steps = blocks.ListBlock(StepTextBlock(), label=_("ขั้นตอน"))
    note = blocks.TextBlock(label=_("ข้อความเน้น"), required=False, max_length=300)
    audiences = blocks.ListBlock(AudienceBlock(), label=_("สำหรับใคร"))

    class Meta:
        icon = "help"
        label = _("ตลาดทำงานอย่างไร")
        template = "cms/blocks/how.html"
        description = _("ขั้นตอนเป็นข้อ และการ์ดสำหรับเกษตรกร ผู้ซื้อ ผู้มาเยือน")
        preview_value = {
            "heading": "ตลาดทำงานอย่างไร",
            "steps": [{"title": "บอกล่วงหน้า", "text": "กลุ่มบอกว่าสัปดาห์ไหนจะเก็บอะไร"}],
            "note": "",
            "audiences": [],
        }


class OurPagesBlock(blocks.StructBlock):
    """Cards of the GI products and communities below the first page, in its language."""

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80, required=False)

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        page = (parent_context or {}).get("page")
        if page is None or not hasattr(page, "features"):  # the preview stands on no page
            page = _first_page()
        context["features"] = page.features() if page else []
        return context

    class Meta:
        icon = "doc-full"
        label = _("ของดี GI และเที่ยวชุมชน")
        template = "cms/blocks/our_pages.html"
        description = _("การ์ดของทุกหน้าของดี GI และหน้าชุมชนที่เผยแพร่อยู่")
        preview_value = {"heading": "ของดี GI และเที่ยวชุมชน"}


class MarketDayBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("ชื่อตลาด"), max_length=100)
    when = blocks.CharBlock(
        label=_("วันและเวลา"), max_length=100, help_text=_("เช่น ทุกวันศุกร์ 06.00–10.00 น.")
    )
    place = blocks.CharBlock(label=_("ที่ไหน"), max_length=160)
    note = blocks.CharBlock(label=_("ควรรู้"), max_length=160, required=False)

    class Meta:
        icon = "calendar"


class MarketDaysBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    days = blocks.ListBlock(MarketDayBlock(), label=_("วันตลาด"))

    class Meta:
        icon = "calendar"
        label = _("วันตลาด")
        template = "cms/blocks/market_days.html"
        description = _("ตลาดนัดที่คนทั่วไปมาซื้อได้เอง")
        preview_value = {
            "heading": "วันตลาด",
            "days": [
                {
                    "name": "ตลาดเขียวตัวอย่าง",
                    "when": "ทุกวันศุกร์ 06.00–10.00 น.",
                    "place": "ลานหน้าสหกรณ์ตัวอย่าง",
                    "note": "",
                }
            ],
        }


class PictureBlock(blocks.StructBlock):
    """A photograph with the words that stand for it and the name of who took it."""

    image = ImageChooserBlock(label=_("ภาพ"))
    alt = blocks.CharBlock(
        label=_("คำบรรยายสำหรับผู้ที่มองไม่เห็นภาพ"),
        max_length=200,
        help_text=_("บอกสิ่งที่เห็นในภาพเป็นประโยคสั้น เช่น ชาวสวนถือส้มจุกสองผล"),
    )
    caption = blocks.CharBlock(label=_("คำใต้ภาพ"), max_length=200, required=False)
    credit = blocks.CharBlock(
        label=_("เจ้าของภาพ"),
        max_length=120,
        help_text=_("ชื่อผู้ถ่ายหรือหน่วยงาน ต้องได้รับอนุญาตแล้ว"),
    )

    class Meta:
        icon = "image"


class GalleryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80, required=False)
    pictures = blocks.ListBlock(PictureBlock(), label=_("ภาพ"), max_num=8)

    def get_preview_value(self) -> Any:
        """Show the newest picture there is: a preview cannot invent one."""
        from wagtail.images import get_image_model

        newest = get_image_model().objects.order_by("-pk").first()
        pictures = []
        if newest is not None:
            alt = newest.description or newest.title
            pictures = [{"image": newest.pk, "alt": alt, "caption": "", "credit": "ตัวอย่าง"}]
        return self.normalize(self.to_python({"heading": "ภาพถ่าย", "pictures": pictures}))

    class Meta:
        icon = "image"
        label = _("ภาพถ่าย")
        template = "cms/blocks/gallery.html"
        description = _("ภาพพร้อมคำบรรยายและเจ้าของภาพ ทุกภาพต้องมีทั้งสองอย่าง")


class FigureBlock(blocks.StructBlock):
    """One figure that matters, what it counts, and who says so."""

    figure = blocks.CharBlock(
        label=_("ตัวเลข"), max_length=24, help_text=_("พร้อมหน่วย เช่น 200 ไร่ หรือ 3–4 ผล/กก.")
    )
    text = blocks.CharBlock(label=_("คืออะไร"), max_length=160)
    source_name = blocks.CharBlock(
        label=_("แหล่งที่มา"), max_length=120, help_text=_("ใครบอก และเมื่อไร ตัวเลขที่ไม่มีแหล่งไม่ควรใส่")
    )
    source_url = blocks.URLBlock(label=_("ลิงก์แหล่งที่มา"), required=False)

    class Meta:
        icon = "decimal"
        label = _("ตัวเลขเด่น")
        template = "cms/blocks/figure.html"
        description = _("ตัวเลขตัวใหญ่หนึ่งตัว พร้อมคำอธิบายและแหล่งที่มา")
        preview_value = {
            "figure": "200 ไร่",
            "text": "พื้นที่ปลูกตัวอย่าง",
            "source_name": "ชื่อแหล่งตัวอย่าง",
            "source_url": "",
        }


class QuotationBlock(blocks.StructBlock):
    """What somebody said, with who said it; only with her consent."""

    text = blocks.TextBlock(label=_("คำพูด"), max_length=400)
    who = blocks.CharBlock(
        label=_("ใครพูด"), max_length=120, help_text=_("ชื่อและบทบาท เจ้าตัวต้องยินยอมให้ลงแล้ว")
    )

    class Meta:
        icon = "openquote"
        label = _("คำพูด")
        template = "cms/blocks/quotation.html"
        description = _("คำพูดสั้นของคนในเรื่อง พร้อมชื่อ")
        preview_value = {"text": "รู้ก่อนตัดว่าขายใคร ใจมันก็เบา", "who": "ป้าตัวอย่าง คนปลูกผัก"}


class StepsBlock(blocks.StructBlock):
    """Steps in order, such as a recipe, a way to grow or to pack."""

    heading = blocks.CharBlock(label=_("หัวข้อ"), max_length=80)
    steps = blocks.ListBlock(StepTextBlock(), label=_("ขั้นตอน"), max_num=12)

    class Meta:
        icon = "list-ol"
        label = _("ขั้นตอนเป็นข้อ")
        template = "cms/blocks/steps.html"
        description = _("ขั้นตอนเรียงลำดับ เช่น วิธีเลือก วิธีเก็บ วิธีทำ")
        preview_value = {
            "heading": "เลือกอย่างไร",
            "steps": [
                {"title": "ดูผิว", "text": "ผิวตึง ไม่ช้ำ"},
                {"title": "ดมกลิ่น", "text": "หอมที่ขั้ว"},
            ],
        }


MARKET_BLOCKS = [
    ("season_calendar", SeasonCalendarBlock()),
    ("group", GroupBlock()),
    ("map", MapBlock()),
    ("programmes", ProgrammeListBlock()),
    ("page_list", PageListBlock()),
    ("figure", FigureBlock()),
    ("quotation", QuotationBlock()),
    ("steps", StepsBlock()),
]
STORY_BLOCKS = [
    ("text", TextBlock()),
    ("facts", FactsBlock()),
    ("products", ProductCardsBlock()),
    ("offers", OffersNowBlock()),
    ("gallery", GalleryBlock()),
    *MARKET_BLOCKS,
]
HOME_BLOCKS = [
    ("products", ProductCardsBlock()),
    ("offers", OffersNowBlock()),
    ("pages", OurPagesBlock()),
    ("how", HowBlock()),
    ("market_days", MarketDaysBlock()),
    ("text", TextBlock()),
    ("gallery", GalleryBlock()),
    *MARKET_BLOCKS,
]


class ProgrammeStepBlock(blocks.StructBlock):
    time = blocks.RegexBlock(
        label=_("เวลา"),
        regex=r"^([01]\d|2[0-3])\.[0-5]\d$",
        error_messages={"invalid": _("ใส่เวลาเช่น 06.30")},
        help_text=_("เช่น 06.30"),
    )
    title = blocks.CharBlock(label=_("ทำอะไร"), max_length=120)
    text = blocks.CharBlock(label=_("ควรรู้"), max_length=240, required=False)

    class Meta:
        icon = "time"
        label = _("ช่วงเวลา")


class PriceTierBlock(blocks.StructBlock):
    """A price a head for groups of some size, whole baht."""

    who = blocks.CharBlock(
        label=_("ใคร"), max_length=60, help_text=_("เช่น 4–6 คน หรือ เด็กต่ำกว่า 10 ปี")
    )
    people_min = blocks.IntegerBlock(label=_("ตั้งแต่ (คน)"), required=False, min_value=1)
    people_max = blocks.IntegerBlock(label=_("ถึง (คน)"), required=False, min_value=1)
    baht = blocks.IntegerBlock(label=_("บาทต่อคน"), min_value=0, max_value=100_000)

    def clean(self, value: Any) -> Any:
        result = super().clean(value)
        least, most = result.get("people_min"), result.get("people_max")
        if least and most and most < least:
            raise blocks.StructBlockValidationError(
                block_errors={"people_max": ValidationError(_("จำนวนคนสูงสุดต้องไม่น้อยกว่าต่ำสุด"))}
            )
        return result

    class Meta:
        icon = "tag"
        label = _("ราคา")


class MenuItemBlock(blocks.StructBlock):
    """Something of the market that visitors eat, make or take home."""

    product = blocks.ChoiceBlock(choices=product_choices, label=_("ผลผลิต"))
    by = blocks.CharBlock(label=_("จากใคร"), max_length=100, required=False)

    class Meta:
        icon = "tag"
        label = _("ของในตลาด")
