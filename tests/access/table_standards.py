"""Who may open the pages of certificates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from catalogue.standards.models import Standard
from catalogue.standards.services import CertificateInput, add_certificates
from marketplace.common import clock

READERS = ("staff", "treasurer", "coordinator", "agency")

TABLE: dict[str, tuple[str, ...] | str] = {
    "standards:certificates": READERS,
    "standards:add": ("staff",),
    "standards:certificate": READERS,
    "standards:revoke": ("staff",),
    "standards:file": READERS,
}


def _certificate(world: Any) -> dict[str, Any]:
    (made,) = add_certificates(
        by=None,
        certificates=[
            CertificateInput(
                Standard.objects.get(pk="GAP"),
                "กษ 03-9001-0001",
                clock.today(),
                clock.today() + timedelta(days=365),
                group=world.its_group,
                file=ContentFile(b"%PDF-1.4 example", "gap.pdf"),
            )
        ],
    )
    return {"pk": made.pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "standards:certificate": _certificate,
    "standards:revoke": _certificate,
    "standards:file": _certificate,
}
