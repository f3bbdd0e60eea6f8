"""The pictures that come with the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files import File
from wagtail.images.models import Image

PICTURES = Path(__file__).parent / "demo_pictures"


def with_pictures(texts: dict[str, Any]) -> dict[str, Any]:
    """The texts of a page with the pictures that its gallery names."""
    body = []
    for kind, value in texts["body"]:
        if kind == "gallery":
            pictures = [
                {**one, "image": picture(one["image"], one["alt"])} for one in value["pictures"]
            ]
            value = {**value, "pictures": pictures}
        body.append((kind, value))
    return {**texts, "body": body}


def picture(name: str, alt: str) -> Image:
    """A picture that comes with the demo, stored once."""
    title = f"ภาพตัวอย่าง {name}"
    found: Image | None = Image.objects.filter(title=title).first()
    if found is None:
        with (PICTURES / f"{name}.webp").open("rb") as handle:
            found = Image(title=title, description=alt)
            found.file.save(f"{name}.webp", File(handle), save=False)
            found.save()
    return found
