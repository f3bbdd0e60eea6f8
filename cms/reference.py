"""What the public pages start with: two languages, a first page in each, who may edit and approve.

Idempotent: what exists is left as people have made it, except the host in the Site rows, which
follows SITE_URL.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sites.models import Site as DjangoSite
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import HomePage
from marketplace.common.transactions import unit_of_work

COMMUNITY_EDITORS = "บรรณาธิการชุมชน"
PAGE_APPROVERS = "ผู้อนุมัติหน้าเว็บ"
WORKFLOW = "ตรวจก่อนเผยแพร่"

HOME: dict[str, dict[str, Any]] = {
    "th": {
        "title": "ตลาดล่วงหน้าอาหารท้องถิ่นสงขลา",
        "slug": "home-th",
        "hero_heading": "สั่งของจริง ก่อนถึงวันเก็บ",
        "summary": (
            "ครัวโรงพยาบาล โรงแรม และร้านอาหารในสงขลา จองผัก ผลไม้ และข้าวจากเกษตรกรรายย่อยล่วงหน้าเป็นสัปดาห์ "
            "คนปลูกรู้ก่อนตัดว่าขายใคร กี่กิโล ราคาเท่าไร"
        ),
        "seo_title": "ตลาดล่วงหน้าอาหารท้องถิ่นสงขลา",
        "body": [
            ("products", {"heading": "เดือนนี้มีอะไร", "limit": 4}),
            ("offers", {"heading": "จองได้ตอนนี้", "product": "", "limit": 6}),
            ("pages", {"heading": "ของดี GI และเที่ยวชุมชน"}),
            (
                "how",
                {
                    "heading": "ตลาดทำงานอย่างไร",
                    "steps": [
                        {
                            "title": "บอกล่วงหน้า",
                            "text": "กลุ่มเกษตรกรบอกว่าสัปดาห์ไหนจะเก็บอะไร ประมาณกี่กิโล",
                        },
                        {
                            "title": "สั่งตามวันส่ง",
                            "text": (
                                "ครัวสั่งครั้งเดียวได้ 12 วันส่ง เห็นทันทีว่าส่วนไหนยืนยันแล้ว ส่วนไหนเป็นการขอเพิ่ม"
                            ),
                        },
                        {
                            "title": "จัดสรรอย่างยุติธรรม",
                            "text": ("ปิดรับแล้วสหกรณ์จัดสรรให้เกษตรกรรายย่อยทุกคน ทุกตัวเลขมีเหตุผลให้อ่าน"),
                        },
                        {
                            "title": "ชั่ง ส่ง ตรวจรับ จ่าย",
                            "text": ("ชั่งตีสี่ ตรวจรับหกโมงตามน้ำหนักจริง เกษตรกรรู้ยอดและวันเงินออก"),
                        },
                    ],
                    "note": (
                        "“ตลาดล่วงหน้า” ที่นี่คือการสั่งจองผลผลิตจริงไว้ก่อน ไม่มีการซื้อขายสัญญาและไม่มีการเก็งกำไร"
                    ),
                    "audiences": [
                        {
                            "title": "เกษตรกรและกลุ่ม",
                            "text": (
                                "รู้ก่อนตัดว่าขายได้กี่กิโล ได้เงินเท่าไร เงินออกวันไหน "
                                "ราคารับซื้อเดียวกันทุกคน ไม่ว่าใครเป็นคนกิน"
                            ),
                            "drawing": "leafy",
                            "link_label": "สมัครเป็นกลุ่มในตลาด",
                            "link": "group",
                        },
                        {
                            "title": "โรงพยาบาล โรงแรม ร้านอาหาร",
                            "text": (
                                "วางแผนเมนูได้เป็นเดือน ได้ของตามที่ยืนยัน ตรวจรับตามน้ำหนัก "
                                "เอกสารชุดเดียวจบทั้งเดือน"
                            ),
                            "drawing": "rice",
                            "link_label": "สมัครเป็นผู้ซื้อ",
                            "link": "buyer",
                        },
                        {
                            "title": "ผู้มาเยือน",
                            "text": (
                                "กินของตามฤดู เที่ยวกับชุมชนเจ้าของพื้นที่ สแกนคิวอาร์บนแพ็คแล้วเดินทางกลับไปถึงสวน"
                            ),
                            "drawing": "fish",
                            "link_label": "ดูโปรแกรมชุมชน",
                            "link": "communities",
                        },
                    ],
                },
            ),
        ],
    },
    "en": {
        "title": "Forward market for local food, Songkhla",
        "slug": "home-en",
        "hero_heading": "Order real food before it is harvested",
        "summary": (
            "Hospital kitchens, hotels and restaurants in Songkhla book vegetables, fruit and rice from "
            "small farms weeks ahead. Growers know before they cut who eats it, how much and at what price."
        ),
        "seo_title": "Forward market for local food, Songkhla",
        "body": [
            ("products", {"heading": "In season now", "limit": 4}),
            ("offers", {"heading": "Open for ordering", "product": "", "limit": 6}),
            ("pages", {"heading": "GI products and community visits"}),
            (
                "how",
                {
                    "heading": "How the market works",
                    "steps": [
                        {
                            "title": "Say it ahead",
                            "text": (
                                "Farmer groups say what they will pick in which week, and about how much."
                            ),
                        },
                        {
                            "title": "Order by delivery day",
                            "text": (
                                "A kitchen orders twelve delivery days at once and sees at once what is firm "
                                "and what is asked beyond it."
                            ),
                        },
                        {
                            "title": "Share it fairly",
                            "text": (
                                "At cut-off the cooperative divides each line among many small farms, with a "
                                "reason for every figure."
                            ),
                        },
                        {
                            "title": "Weigh, deliver, accept, pay",
                            "text": (
                                "Weighed at four, accepted by weight at six; growers know the sum and the "
                                "pay day."
                            ),
                        },
                    ],
                    "note": (
                        "Here “forward” means ordering real produce ahead of its harvest. No contracts are "
                        "traded and nobody speculates."
                    ),
                    "audiences": [
                        {
                            "title": "Growers and groups",
                            "text": (
                                "Know before you cut how many kilograms are sold, what you earn and when the "
                                "money comes. One farm-gate price for everybody, whoever eats it."
                            ),
                            "drawing": "leafy",
                            "link_label": "Apply as a farmer group",
                            "link": "group",
                        },
                        {
                            "title": "Hospitals, hotels, restaurants",
                            "text": (
                                "Plan menus a month ahead, get what was promised, accept by weight, one "
                                "clean set of papers a month."
                            ),
                            "drawing": "rice",
                            "link_label": "Apply as a buyer",
                            "link": "buyer",
                        },
                        {
                            "title": "Visitors",
                            "text": (
                                "Eat what is in season, spend a day with the people who grow it, follow the "
                                "QR on any pack back to the farm."
                            ),
                            "drawing": "fish",
                            "link_label": "See community programmes",
                            "link": "communities",
                        },
                    ],
                },
            ),
        ],
    },
}


@unit_of_work
def load_base_pages() -> int:
    """Write the locales, first pages, sites, editors' group and workflow that are missing.

    Returns the number of first pages.
    """
    _roots()
    locales = [
        Locale.objects.get_or_create(language_code=code)[0]
        for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
    ]
    thai = _first_page(locales[0], None)
    pages = [thai, *(_first_page(locale, thai) for locale in locales[1:])]
    _sites(thai)
    _remove_welcome_page()
    _editors(pages)
    return len(pages)


def _roots() -> None:
    """Plant the roots that Wagtail's migrations left, where the database was emptied since."""
    if Page.get_first_root_node() is None:
        locale, _made = Locale.objects.get_or_create(
            language_code=settings.WAGTAIL_CONTENT_LANGUAGES[0][0]
        )
        Page.add_root(title="Root", slug="root", locale=locale)
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")


def _first_page(locale: Locale, source: HomePage | None) -> HomePage:
    """The first page in a language, made as the translation of `source` where it is missing."""
    root = Page.get_first_root_node()
    found = HomePage.objects.child_of(root).filter(locale=locale).first()
    if found is not None:
        return found  # type: ignore[no-any-return]
    page = HomePage(**HOME[locale.language_code], locale=locale, show_in_menus=True)
    if source is not None:
        page.translation_key = source.translation_key
    root.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def _sites(home: HomePage) -> None:
    """Point Wagtail's and Django's Site rows at SITE_URL and at the Thai first page."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname = address.hostname or "localhost"
    site.port = port
    site.site_name = settings.WAGTAIL_SITE_NAME
    if site.root_page_id is None or not isinstance(site.root_page.specific, HomePage):
        site.root_page = home
    site.save()
    DjangoSite.objects.update_or_create(
        pk=settings.SITE_ID,
        defaults={"domain": address.netloc, "name": settings.WAGTAIL_SITE_NAME},
    )
    DjangoSite.objects.clear_cache()


def _remove_welcome_page() -> None:
    """Take away the page Wagtail's migrations leave, as long as it is still just that."""
    for page in Page.get_first_root_node().get_children():
        if type(page.specific) is Page and page.slug == "home" and page.is_leaf():
            page.delete()


def _editors(homes: list[HomePage]) -> None:
    """Let community editors write and submit, and approvers publish; Wagtail's own two groups become
    these.
    """
    editors = _group(COMMUNITY_EDITORS, "Editors")
    approvers = _group(PAGE_APPROVERS, "Moderators")
    admin = Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    for group, actions in ((editors, ["add"]), (approvers, ["add", "change", "publish"])):
        group.permissions.add(admin)
        root = Page.get_first_root_node()
        GroupPagePermission.objects.filter(group=group, page=root).delete()
        for home in homes:
            for action in actions:
                GroupPagePermission.objects.get_or_create(
                    group=group, page=home, permission=permission("wagtailcore", f"{action}_page")
                )
        GroupCollectionPermission.objects.filter(
            group=group, permission__content_type__app_label="wagtaildocs"
        ).delete()
        for codename in ("add_image", "choose_image"):
            GroupCollectionPermission.objects.get_or_create(
                group=group,
                collection=Collection.get_first_root_node(),
                permission=permission("wagtailimages", codename),
            )
    approvers.permissions.add(permission("simple_translation", "submit_translation"))
    _workflow(approvers)


def _group(name: str, before: str) -> Group:
    found = Group.objects.filter(name=name).first()
    if found is None:
        found = Group.objects.filter(name=before).first() or Group()
        found.name = name
        found.save()
    return found


def permission(app_label: str, codename: str) -> Permission:
    """A permission by its app and code name."""
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _workflow(approvers: Group) -> None:
    """One approval by an approver before a page is published."""
    workflow = (
        Workflow.objects.filter(name__in=(WORKFLOW, "Moderators approval")).first() or Workflow()
    )
    task = (
        GroupApprovalTask.objects.filter(name__in=(WORKFLOW, "Moderators approval")).first()
        or GroupApprovalTask()
    )
    if workflow.name == WORKFLOW and task.name == WORKFLOW:
        return
    workflow.name = task.name = WORKFLOW
    workflow.save()
    task.save()
    task.groups.set([approvers])
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(
        page=Page.get_first_root_node(), defaults={"workflow": workflow}
    )
