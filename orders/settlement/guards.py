"""Triggers over what is owed and paid."""

from __future__ import annotations

from marketplace.common.guards import append_only, refuse, register


def register_guards() -> None:
    """Register this room's guards."""
    append_only("settlement_voucher", "settlement_payeeconsent", "settlement_deductionterms")
    register(
        refuse("settlement_owed", "UPDATE", except_columns=("due_day",)),
        refuse("settlement_owed", "DELETE"),
        refuse("settlement_payoutbatch", "DELETE"),
        refuse(
            "settlement_payoutitem",
            "UPDATE",
            except_columns=("state", "confirmed_satang", "paid_day", "failure"),
        ),
        refuse("settlement_payoutitem", "DELETE"),
        refuse("settlement_payoutowed", "UPDATE", except_columns=("stands",)),
        refuse("settlement_payoutowed", "DELETE"),
        refuse(
            "settlement_deduction",
            "UPDATE",
            except_columns=(
                "approved_at",
                "approved_by_id",
                "given_at",
                "voucher_id",
                "ended_at",
                "ended_by_id",
                "reason",
                "undone",
            ),
        ),
        refuse("settlement_deduction", "DELETE"),
        refuse("settlement_deductiontaken", "UPDATE", except_columns=("stands",)),
        refuse("settlement_deductiontaken", "DELETE"),
        refuse(
            "settlement_earlypayment",
            "UPDATE",
            except_columns=("state", "approved_at", "approved_by_id"),
        ),
        refuse("settlement_earlypayment", "DELETE"),
        refuse("settlement_earlyowed", "UPDATE", except_columns=("state",)),
        refuse("settlement_earlyowed", "DELETE"),
        refuse(
            "settlement_statementnote",
            "UPDATE",
            except_columns=("answer", "answered_at", "answered_by_id"),
        ),
        refuse("settlement_statementnote", "DELETE"),
        refuse("settlement_cashfloat", "DELETE"),
        refuse("settlement_cashfloat", "UPDATE", when="OLD.closed_at IS NOT NULL"),
    )
