"""Triggers over cheques: what is written on one never changes, and it only goes the ways it can."""

from __future__ import annotations

from marketplace.common.guards import Guard, refuse, register
from orders.cheques.rules import MOVES

_WRONG = "NEW.state <> OLD.state AND NOT (<moves>)".replace(
    "<moves>",
    " OR ".join(
        f"(OLD.state = '{old}' AND NEW.state = '{new}')"
        for old, ways in MOVES.items()
        for new in sorted(ways)
    ),
)
_NAME, _TABLE, _MESSAGE = "cheque_moves", "cheques_cheque", "a cheque does not go that way"


def register_guards() -> None:
    """Register this room's guards."""
    register(
        refuse(
            "cheques_cheque",
            "UPDATE",
            except_columns=(
                "state",
                "slip_id",
                "cleared_on",
                "clearings",
                "on_deposit_satang",
                "ended_on",
                "end_reason",
                "fee_satang",
            ),
        ),
        refuse("cheques_cheque", "DELETE"),
        refuse(
            "cheques_chequepart",
            "UPDATE",
            except_columns=("paid_satang", "paid_withheld_satang", "certificate"),
        ),
        refuse("cheques_chequepart", "DELETE"),
        refuse("cheques_depositslip", "UPDATE", except_columns=("each",)),
        refuse("cheques_depositslip", "DELETE"),
        Guard(
            name=_NAME,
            table=_TABLE,
            sqlite=(
                f'CREATE TRIGGER "{_NAME}" BEFORE UPDATE ON "{_TABLE}" WHEN {_WRONG} '
                f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {_NAME}() RETURNS trigger AS $$ BEGIN IF {_WRONG} "
                f"THEN RAISE EXCEPTION '{_MESSAGE}' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
                "END $$ LANGUAGE plpgsql; "
                f'CREATE TRIGGER "{_NAME}" BEFORE UPDATE ON "{_TABLE}" '
                f"FOR EACH ROW EXECUTE FUNCTION {_NAME}()"
            ),
        ),
    )
