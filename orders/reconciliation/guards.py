"""Triggers over bank rows and applications: what the bank said is never rewritten."""

from __future__ import annotations

from marketplace.common.guards import append_only, refuse, register


def register_guards() -> None:
    """Register this room's guards."""
    append_only("reconciliation_statementfile")
    register(
        refuse("reconciliation_bankrow", "UPDATE", except_columns=("applied_satang",)),
        refuse("reconciliation_bankrow", "DELETE"),
        refuse(
            "reconciliation_application",
            "UPDATE",
            except_columns=(
                "undone_at",
                "undone_by_id",
                "undo_reason",
                "certificate",
                "certificate_on",
            ),
        ),
        refuse("reconciliation_application", "DELETE"),
    )
