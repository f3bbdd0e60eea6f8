"""The market's first page, one in each language."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms import structured
from cms.blocks import HOME_BLOCKS
from cms.models.base import PublicPage
from cms.models.communities import CommunityPage
from cms.models.products import GIProductPage


class HomePage(PublicPage):
    """The market's first page in one language."""

    hero_heading = models.CharField(_("ประโยคใหญ่"), max_length=80)
    body = StreamField(HOME_BLOCKS, verbose_name=_("เนื้อหา"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.GIProductPage",
        "cms.IdentityProductPage",
        "cms.CommunityPage",
        "cms.PlacePage",
        "cms.MarketDayPage",
        "cms.GroupPage",
        "cms.SeasonPage",
        "cms.StoryPage",
        "cms.HowPage",
        "cms.ImpactPage",
    ]
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
