"""Every programme becomes a page below its community, published as its community is."""

import re
import uuid

from django.db import migrations

KEPT = (
    "summary", "kind", "group_min", "group_max", "lead_days", "months", "months_note", "steps",
    "prices", "included", "money_to", "community_percent", "rain_rule", "menu",
)  # fmt: skip
NAMESPACE = uuid.UUID("0d6bd1f0-53c3-4c56-8f0e-8e3ab21c7a11")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _step(number):
    """The part of a page's path for its place among its siblings."""
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = DIGITS[rest] + text
    return text.rjust(4, "0")


def _slug(name, place):
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return plain or f"programme-{place + 1}"


def forward(apps, schema_editor):
    Programme = apps.get_model("cms", "Programme")
    ProgrammePage = apps.get_model("cms", "ProgrammePage")
    CommunityPage = apps.get_model("cms", "CommunityPage")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind, _made = ContentType.objects.get_or_create(app_label="cms", model="programmepage")
    slugs = {}
    # English pages first: their names make the slugs that both languages share.
    communities = sorted(
        CommunityPage.objects.select_related("locale"),
        key=lambda page: (page.locale.language_code != "en", page.path),
    )
    for community in communities:
        rows = Programme.objects.filter(page_id=community.pk).order_by("sort_order", "pk")
        for place, row in enumerate(rows):
            key = uuid.uuid5(NAMESPACE, f"{community.translation_key}/{place}")
            slug = slugs.setdefault(key, _slug(row.name, place))
            ProgrammePage.objects.create(
                path=community.path + _step(place + 1),
                depth=community.depth + 1,
                numchild=0,
                content_type=kind,
                locale_id=community.locale_id,
                translation_key=key,
                title=row.name,
                draft_title=row.name,
                slug=slug,
                url_path=f"{community.url_path}{slug}/",
                live=community.live,
                has_unpublished_changes=False,
                show_in_menus=True,
                first_published_at=community.first_published_at,
                last_published_at=community.last_published_at,
                checked_on=community.checked_on,
                price_checked_on=community.checked_on,
                **{name: getattr(row, name) for name in KEPT},
            )
        CommunityPage.objects.filter(pk=community.pk).update(numchild=len(rows))


def backward(apps, schema_editor):
    Programme = apps.get_model("cms", "Programme")
    ProgrammePage = apps.get_model("cms", "ProgrammePage")
    CommunityPage = apps.get_model("cms", "CommunityPage")
    for community in CommunityPage.objects.all():
        pages = ProgrammePage.objects.filter(path__startswith=community.path).order_by("path")
        for place, page in enumerate(pages):
            Programme.objects.create(
                page_id=community.pk,
                sort_order=place,
                name=page.title[:120],
                **{name: getattr(page, name) for name in KEPT},
            )
            page.delete()
        CommunityPage.objects.filter(pk=community.pk).update(numchild=0)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_programmes_as_pages"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forward, backward)]
