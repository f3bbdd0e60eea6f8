"""How Wagtail's editor behaves here: what has history is unpublished or ended, never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.history import has_history
from cms.models import DistrictNotice

KEEP_PAGE = gettext_lazy(
    "“%(title)s” เคยเผยแพร่แล้ว จึงเก็บไว้ ไม่ลบ ถ้าไม่อยากให้ใครเห็น ให้เลิกเผยแพร่ ภายหลังเผยแพร่ใหม่ได้"
)
KEEP_USER = gettext_lazy(
    "ผู้ใช้มีชื่ออยู่ในเอกสารและประวัติ จึงไม่ลบ ถ้าไม่ให้เข้าระบบอีก ให้เอาเครื่องหมาย “ใช้งาน” ออก"
)


@hooks.register("before_delete_page")
def keep_published_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to unpublishing instead of deleting a page that was ever published."""
    if not has_history(page):
        return None
    messages.warning(request, KEEP_PAGE % {"title": page.get_admin_display_title()})
    if page.live:
        return redirect("wagtailadmin_pages:unpublish", page.pk)
    parent = page.get_parent()
    return redirect("wagtailadmin_explore", parent.pk if parent else page.pk)


@hooks.register("before_delete_user")
def keep_user(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Refuse to delete a user."""
    messages.warning(request, str(KEEP_USER))
    return redirect("wagtailusers_users:edit", user.pk)


@hooks.register("before_bulk_action")
def keep_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Refuse a deletion of many pages or users when one of them must be kept."""
    if action_type != "delete":
        return None
    for one in objects:
        if isinstance(one, get_user_model()):
            messages.warning(request, str(KEEP_USER))
            return redirect("wagtailusers_users:index")
        if isinstance(one, Page) and has_history(one):
            messages.warning(request, KEEP_PAGE % {"title": one.get_admin_display_title()})
            parent = one.get_parent()
            return redirect("wagtailadmin_explore", parent.pk if parent else one.pk)
    return None


@hooks.register("construct_main_menu")
def leave_out_what_we_do_not_use(request: HttpRequest, menu_items: list[Any]) -> None:
    """Keep the editor's menu to what editors of the public pages need."""
    menu_items[:] = [item for item in menu_items if item.name not in {"documents", "help"}]


@hooks.register("register_admin_menu_item")
def back_to_the_market() -> Any:
    """An entry that leads from the editor to the public site."""
    from wagtail.admin.menu import MenuItem

    return MenuItem(_("ดูหน้าเว็บ"), reverse("wagtail_serve", args=[""]), icon_name="view", order=10)


class DistrictNotices(SnippetViewSet):
    """Notices of districts in the editor; one that is over stays for the record."""

    model = DistrictNotice
    icon = "warning"
    menu_label = gettext_lazy("ประกาศของอำเภอ")
    add_to_admin_menu = True
    list_display = ["district", "text_th", "from_day", "until_day"]
    list_filter = ["district"]


register_snippet(DistrictNotices)
