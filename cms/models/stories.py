"""What people read: stories, and how the market works for growers, kitchens and visitors."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField

from cms.blocks import STORY_BLOCKS, AudienceBlock, StepTextBlock
from cms.models.base import PublicPage


class StoryPage(PublicPage):
    """Something worth telling, by somebody, of a day."""

    written_on = models.DateField(_("วันที่เขียน"))
    written_by = models.CharField(_("ผู้เขียน"), max_length=120)
    body = StreamField(STORY_BLOCKS, verbose_name=_("เนื้อเรื่อง"))

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "shore"
    card_icon = "edit"

    content_panels = [
        FieldPanel("title", help_text=_("ชื่อเรื่อง")),
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("written_on"), FieldPanel("written_by")]),
        FieldPanel("body"),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("เรื่องเล่า")
        verbose_name_plural = _("เรื่องเล่า")


class HowPage(PublicPage):
    """How the market works for one kind of reader: the steps in order, and the one next act."""

    class Audience(models.TextChoices):
        GROWER = "grower", _("เกษตรกรและกลุ่ม")
        KITCHEN = "kitchen", _("ครัวและผู้ซื้อ")
        VISITOR = "visitor", _("ผู้มาเยือน")

    audience = models.CharField(_("สำหรับใคร"), max_length=8, choices=Audience)
    steps = StreamField([("step", StepTextBlock())], verbose_name=_("ขั้นตอน"))
    body = StreamField(STORY_BLOCKS, verbose_name=_("ถามกันบ่อย"), blank=True)
    link = models.CharField(
        _("แล้วไปไหนต่อ"), max_length=12, choices=AudienceBlock.DESTINATIONS, blank=True
    )
    link_label = models.CharField(_("คำบนปุ่ม"), max_length=60, blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    drawing = "lake"
    card_icon = "list"

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("steps"),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("link"), FieldPanel("link_label")]),
        PublicPage.picture_panel,
    ]

    class Meta:
        verbose_name = _("ตลาดทำงานอย่างไร")
        verbose_name_plural = _("ตลาดทำงานอย่างไร")
