"""Keeping the PDF of a document as it was first made."""

from __future__ import annotations

import hashlib

from marketplace.common.transactions import unit_of_work
from orders.invoicing.models import Document, DocumentPdf
from orders.invoicing.pdf import print_document


def pdf_of(document: Document) -> DocumentPdf:
    """The PDF of a document: made once, then the same bytes for ever.

    It is printed before the unit of work begins, so nobody waits for Chromium.

    Raises:
        Refusal: Chromium is not installed or failed (codes "no-chromium", "pdf-failed").
    """
    known = DocumentPdf.objects.filter(document=document).first()
    return known or keep_pdf(document=document, content=print_document(document))


@unit_of_work
def keep_pdf(*, document: Document, content: bytes) -> DocumentPdf:
    """Keep a PDF unless one is kept already; the first stays.

    Args:
        document: whose.
        content: as Chromium printed it.
    """
    Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    row, _made = DocumentPdf.objects.get_or_create(
        document=document,
        defaults={"content": content, "sha256": hashlib.sha256(content).hexdigest()},
    )
    return row
