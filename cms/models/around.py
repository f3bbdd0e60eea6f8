"""Where to go: places worth a visit, and the market days where anybody may buy."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from cms import live_groups
from cms.blocks import STORY_BLOCKS, FactBlock
from cms.models.base import FactPage, PublicPage
from cms.models.programmes import ProgrammePage
from marketplace.common.clock import today
from marketplace.parties.models import FarmerGroup
from marketplace.places.models import District

if TYPE_CHECKING:
    from django.template.context import Context

UPCOMING = 4


class Located(models.Model):
    """Where something is and how one gets there."""

    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", verbose_name=_("อำเภอ")
    )
    where = models.CharField(
        _("ที่ไหน"), max_length=200, blank=True, help_text=_("บ้าน ตำบล หรือจุดสังเกตที่คนทั่วไปรู้จัก")
    )
    map_url = models.URLField(_("ลิงก์แผนที่"), blank=True)
    getting_there = models.CharField(
        _("เดินทาง"),
        max_length=240,
        blank=True,
        help_text=_("จากหาดใหญ่กี่กิโลเมตร กี่นาที มีรถสาธารณะไหม"),
    )

    class Meta:
        abstract = True

    located_panel = MultiFieldPanel(
        [
            FieldPanel("district"),
            FieldPanel("where"),
            FieldPanel("map_url"),
            FieldPanel("getting_there"),
        ],
        heading=_("อยู่ที่ไหน"),
    )

    @property
    def area(self) -> list[District]:
        """Its district, for the map and the notices."""
        return [self.district]


class PlacePage(Located, FactPage):
    """A place worth a visit, with facts that say where they were found."""

    good_to_know = models.CharField(
        _("ควรรู้ก่อนไป"), max_length=300, blank=True, help_text=_("เวลาเปิด การแต่งกาย ห้องน้ำ ทางลาด")
    )
    facts = StreamField([("fact", FactBlock())], verbose_name=_("ข้อเท็จจริงพร้อมแหล่งที่มา"), blank=True)
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องราว"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "lake"
    card_icon = "map"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อสถานที่")),
        FieldPanel("summary"),
        Located.located_panel,
        FieldPanel("good_to_know"),
        FieldPanel("facts"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("title_ms"), FieldPanel("summary_ms")],
            heading=_("ชื่อและสรุปภาษามลายู"),
            classname="collapsed",
        ),
        FieldPanel("checked_on"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("สถานที่")
        verbose_name_plural = _("สถานที่")

    def programmes_near(self) -> list[ProgrammePage]:
        """Published programmes of communities in the same district, in this language; two queries."""
        rows = ProgrammePage.objects.live().public().filter(locale=self.locale).order_by("path")
        return [row for row in rows if row.community.district_id == self.district_id][:4]


class MarketDayPage(Located, FactPage):
    """A market where anybody may buy: its weekday, its hours and the groups that sell there."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("วันจันทร์")
        TUESDAY = 1, _("วันอังคาร")
        WEDNESDAY = 2, _("วันพุธ")
        THURSDAY = 3, _("วันพฤหัสบดี")
        FRIDAY = 4, _("วันศุกร์")
        SATURDAY = 5, _("วันเสาร์")
        SUNDAY = 6, _("วันอาทิตย์")

    class Often(models.TextChoices):
        WEEKLY = "weekly", _("ทุกสัปดาห์")
        FIRST = "first", _("สัปดาห์แรกของเดือน")
        LAST = "last", _("สัปดาห์สุดท้ายของเดือน")

    weekday = models.PositiveSmallIntegerField(_("วัน"), choices=Weekday)
    often = models.CharField(_("บ่อยแค่ไหน"), max_length=8, choices=Often, default=Often.WEEKLY)
    opens_at = models.TimeField(_("เปิด"))
    closes_at = models.TimeField(_("ปิด"))
    note = models.CharField(_("ควรรู้"), max_length=200, blank=True)
    groups = ParentalManyToManyField(
        FarmerGroup, blank=True, related_name="+", verbose_name=_("กลุ่มที่มาขาย")
    )
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องราว"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "shore"
    card_icon = "calendar"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อตลาด")),
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("weekday"), FieldPanel("often")]),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        Located.located_panel,
        FieldPanel("note"),
        FieldPanel("groups", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("title_ms"), FieldPanel("summary_ms")],
            heading=_("ชื่อและสรุปภาษามลายู"),
            classname="collapsed",
        ),
        FieldPanel("checked_on"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("วันตลาด")
        verbose_name_plural = _("วันตลาด")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="cms_market_day_is_a_weekday"
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="cms_market_closes_after_it_opens",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("เวลาปิดต้องหลังเวลาเปิด")})

    def next_days(self, first: date | None = None, most: int = UPCOMING) -> list[date]:
        """The next days on which the market is held (calendar of Songkhla).

        Args:
            first: the earliest that counts; today when left out.
            most: how many.
        """
        day = first or today()
        day += timedelta(days=(self.weekday - day.weekday()) % 7)
        found: list[date] = []
        while len(found) < most:
            last = calendar.monthrange(day.year, day.month)[1]
            if (
                self.often == self.Often.WEEKLY
                or (self.often == self.Often.FIRST and day.day <= 7)
                or (self.often == self.Often.LAST and day.day > last - 7)
            ):
                found.append(day)
            day += timedelta(days=7)
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context = super().get_context(request, *args, **kwargs)
        context["next_days"] = self.next_days()
        context["sellers"] = live_groups.sellers(list(self.groups.all()))
        return context
