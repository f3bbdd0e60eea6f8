"""Photographs from phones: turned upright, made smaller, without the place where they were taken."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError
from wagtail.images.models import Image
from wagtail.models import Collection

from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal

WIDEST = 2000
QUALITY = 85


def keep_picture(*, file: Any, alt: str, by: User, collection: Collection) -> Image:
    """Store a photograph as JPEG, at most `WIDEST` pixels wide or high, without its metadata.

    Raises:
        Refusal: the file is no picture that can be read (code "picture").
    """
    try:
        with Pillow.open(file) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Pillow.DecompressionBombError) as error:
        raise Refusal(
            _("อ่านไฟล์ภาพนี้ไม่ได้ ถ่ายใหม่หรือเลือกภาพ JPEG, PNG หรือ WebP"), code="picture"
        ) from error
    upright.thumbnail((WIDEST, WIDEST))
    written = BytesIO()
    upright.save(written, "JPEG", quality=QUALITY)
    written.seek(0)
    kept = Image(
        title=alt[:200],
        description=alt[:255],
        file=ImageFile(written, name="photo.jpg"),
        uploaded_by_user=by,
        collection=collection,
    )
    kept.save()
    return kept
