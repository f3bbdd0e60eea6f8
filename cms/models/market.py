"""Pages fed by the market: a farmer group's, what is in season this month, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from cms import impact, live, live_groups, live_season
from cms.blocks import STORY_BLOCKS
from cms.models.base import FactPage, PublicPage
from marketplace.parties.models import FarmerGroup
from marketplace.places.models import District

if TYPE_CHECKING:
    from django.template.context import Context


class GroupPage(FactPage):
    """A farmer group as its neighbours know it; the figures come from the market."""

    group = models.ForeignKey(
        FarmerGroup, models.PROTECT, related_name="+", verbose_name=_("กลุ่มเกษตรกร")
    )
    body = StreamField(STORY_BLOCKS, verbose_name=_("เรื่องของกลุ่ม"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "orchard"
    card_icon = "users"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อกลุ่ม")),
        FieldPanel("summary"),
        FieldPanel(
            "group",
            help_text=_("จำนวนสมาชิก ผลผลิต ใบรับรอง และที่เปิดจอง อ่านจากตลาด ไม่ต้องพิมพ์"),
        ),
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
        verbose_name = _("หน้าของกลุ่มเกษตรกร")
        verbose_name_plural = _("หน้าของกลุ่มเกษตรกร")

    def clean(self) -> None:
        super().clean()
        if self.group_id and self.locale_id:
            twins = GroupPage.objects.filter(group_id=self.group_id, locale_id=self.locale_id)
            if twins.exclude(pk=self.pk).exists():
                raise ValidationError({"group": _("กลุ่มนี้มีหน้าแล้ว แก้หน้าเดิมแทน")})

    @property
    def area(self) -> list[District]:
        """Where the group is."""
        return [self.group.district]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context = super().get_context(request, *args, **kwargs)
        context["facts"] = live_groups.group_facts(self.group)
        context["offers"] = live.open_offers(group=self.group, limit=12)
        context["show_product"] = context["hide_group"] = True
        return context


class SeasonPage(PublicPage):
    """What is in season this month, and the calendar of the whole year; read from the market."""

    body = StreamField(STORY_BLOCKS, verbose_name=_("เนื้อหา"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    drawing = "orchard"
    card_icon = "leaf"

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("body"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("เดือนนี้มีอะไร")
        verbose_name_plural = _("เดือนนี้มีอะไร")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context = super().get_context(request, *args, **kwargs)
        context["season"] = live.in_season(limit=12)
        context["year"] = live_season.year_calendar()
        return context


class ImpactPage(PublicPage):
    """What the market has done: kilograms, baht and the local share, never a person."""

    body = StreamField(STORY_BLOCKS, verbose_name=_("เนื้อหา"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    drawing = "lake"
    card_icon = "chart"

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("body"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("ผลที่เกิดขึ้น")
        verbose_name_plural = _("ผลที่เกิดขึ้น")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Context:
        context = super().get_context(request, *args, **kwargs)
        context["impact"] = impact.of_the_year()
        return context
