"""Who may open the public pages' own addresses."""

from collections.abc import Callable
from typing import Any

from tests.support.public import a_community

TABLE: dict[str, tuple[str, ...] | str] = {
    "cms:door": "signed-in",
    "cms:robots": "public",
    "cms:sitemap": "public",
    "cms:malay": "public",
    "cms:malay_page": "public",
}


def _told_in_malay(world: Any) -> dict[str, str]:
    page = a_community()
    page.title_ms, page.summary_ms = "Komuniti Contoh", "Komuniti contoh"
    page.save()
    return {"path": page.slug}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {"cms:malay_page": _told_in_malay}
