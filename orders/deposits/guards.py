"""Triggers over deposits: what a use says never changes, and what ended does not come back."""

from __future__ import annotations

from marketplace.common.guards import Guard, refuse, register

MOVES = {
    "asked": frozenset({"stands", "refused"}),
    "stands": frozenset({"undone"}),
    "refused": frozenset[str](),
    "undone": frozenset[str](),
}


def _moves(table: str, name: str) -> Guard:
    wrong = "NEW.state <> OLD.state AND NOT ({})".format(
        " OR ".join(
            f"(OLD.state = '{old}' AND NEW.state = '{new}')"
            for old, ways in MOVES.items()
            for new in sorted(ways)
        )
    )
    message = "a use of a deposit does not go that way"
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}" WHEN {wrong} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {wrong} "
            f"THEN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
            "END $$ LANGUAGE plpgsql; "
            f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        ),
    )


def register_guards() -> None:
    """Register this room's guards."""
    register(
        refuse(
            "deposits_deposituse",
            "UPDATE",
            except_columns=(
                "state",
                "day",
                "decided_at",
                "decided_by_id",
                "ended_reason",
                "journal_id",
            ),
        ),
        refuse("deposits_deposituse", "DELETE"),
        refuse("deposits_depositterms", "UPDATE"),
        refuse("deposits_depositterms", "DELETE"),
        refuse(
            "deposits_creditallowance",
            "UPDATE",
            except_columns=("state", "decided_at", "decided_by_id"),
        ),
        refuse("deposits_creditallowance", "DELETE"),
        _moves("deposits_deposituse", "deposit_use_moves"),
        _moves("deposits_creditallowance", "credit_allowance_moves"),
    )
