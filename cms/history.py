"""Nothing with history is deleted: what was ever published is unpublished instead."""

from __future__ import annotations

from typing import Any


def has_history(page: Any) -> bool:
    """Say whether a page, or one below it, was ever published."""
    return bool(
        page.first_published_at
        or page.get_descendants().filter(first_published_at__isnull=False).exists()
    )
