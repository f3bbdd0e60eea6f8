"""Sheets as PDF through Chromium, where it is installed: our own print page, with no network.

WeasyPrint was tried and writes a wrong text layer for Thai; Chromium's copies out as written.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.common.exceptions import Refusal
from orders.invoicing.models import Document
from orders.invoicing.po_set import po_set
from orders.invoicing.sheets import Sheet, bundle_of, sheet_of
from orders.models import PurchaseOrder

SECONDS: Final = 60
"""How long Chromium may take."""

_STYLES: Final = ("web/tokens.css", "web/kit.css", "web/money.css")
_FONT: Final = re.compile(r'url\("fonts/([A-Za-z0-9-]+\.woff2)"\)')


def chromium() -> str | None:
    """Where Chromium is: the setting, else the path; None when it is not installed."""
    return settings.CHROMIUM or shutil.which("chromium") or shutil.which("chromium-browser")


def pdf_of_sheets(sheets: Sequence[Sheet]) -> bytes:
    """Print sheets to PDF, one A4 page after another.

    Raises:
        Refusal: Chromium is not installed here (code "no-chromium"), or it failed (code
            "pdf-failed").
    """
    program = chromium()
    if program is None:
        raise Refusal(
            _("เครื่องนี้ไม่มี Chromium จึงทำ PDF ให้ไม่ได้ ให้กดพิมพ์แล้วเลือกบันทึกเป็น PDF"), code="no-chromium"
        )
    page = render_to_string(
        "invoicing/pdf.html", {"sheets": sheets, "style": "\n".join(map(_style, _STYLES))}
    )
    with tempfile.TemporaryDirectory(prefix="paper-") as place:
        source, out = Path(place, "paper.html"), Path(place, "paper.pdf")
        source.write_text(page, encoding="utf-8")
        flags = [
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-first-run",
            "--no-pdf-header-footer",
            f"--user-data-dir={place}/profile",
            f"--print-to-pdf={out}",
        ]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        try:
            subprocess.run(
                [program, *flags, source.as_uri()], check=True, capture_output=True, timeout=SECONDS
            )
            return out.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise Refusal(
                _("ทำ PDF ไม่สำเร็จ ลองอีกครั้ง หรือกดพิมพ์แล้วเลือกบันทึกเป็น PDF"), code="pdf-failed"
            ) from error


def print_bundle(row: PurchaseOrder) -> bytes:
    """The PDF of a purchase order's whole set in Thai, originals and copies, as it stands now.

    Raises:
        Refusal: no paper of the set was issued yet (code "empty"); else as `pdf_of_sheets`.
    """
    with override("th"):
        sheets = bundle_of(po_set(row))
        if not sheets:
            raise Refusal(_("ชุดนี้ยังไม่มีเอกสารที่ออกแล้ว กรุณาออกเอกสารก่อนทำ PDF"), code="empty")
        return pdf_of_sheets(sheets)


def print_document(document: Document) -> bytes:
    """The PDF of a document as it was issued, in Thai: what was paid since does not show."""
    issued = copy(document)
    issued.settled_satang = 0
    with override("th"):
        return pdf_of_sheets([sheet_of(issued)])


def _style(name: str) -> str:
    """A stylesheet with its fonts inside, so that nothing is fetched."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    path = Path(found)
    return _FONT.sub(lambda match: _inside(path.parent / "fonts" / match[1]), path.read_text())


def _inside(font: Path) -> str:
    data = base64.b64encode(font.read_bytes()).decode()
    return f'url("data:font/woff2;base64,{data}")'
