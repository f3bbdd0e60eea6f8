"""Triggers over sales and documents: what was issued or valued is never rewritten."""

from __future__ import annotations

from marketplace.common.guards import append_only, refuse, register


def register_guards() -> None:
    """Register this room's guards."""
    append_only(
        "invoicing_linesale",
        "invoicing_salefee",
        "invoicing_documentpdf",
        "invoicing_quotationcell",
    )
    register(
        refuse("invoicing_deliverysale", "UPDATE"),
        refuse("invoicing_deliverysale", "DELETE"),
        refuse(
            "invoicing_document",
            "UPDATE",
            except_columns=(
                "settled_satang",
                "settled_day",
                "state",
                "voided_at",
                "voided_by_id",
                "void_reason",
            ),
        ),
        refuse("invoicing_document", "DELETE"),
        refuse("invoicing_documentsale", "UPDATE", except_columns=("stands",)),
        refuse("invoicing_documentsale", "DELETE"),
        refuse("invoicing_documentlink", "UPDATE", except_columns=("stands",)),
        refuse("invoicing_documentlink", "DELETE"),
        refuse("invoicing_documentdelivery", "UPDATE", except_columns=("stands",)),
        refuse("invoicing_documentdelivery", "DELETE"),
        refuse("invoicing_lotvalue", "DELETE"),
        refuse(
            "invoicing_quotation",
            "UPDATE",
            except_columns=("order_id", "accepted_at", "accepted_by_id"),
        ),
        refuse("invoicing_quotation", "DELETE"),
    )
