"""Triggers over what is owed and paid."""

from __future__ import annotations

from marketplace.common.guards import Guard, append_only, refuse, register
from orders.settlement.rules import BLANKED

_ISSUED = (
    "series",
    "branch",
    "year_be",
    "number",
    "code",
    "day",
    "content",
    "sha256",
    "journal_id",
)
_MOVES = (("asked", "issued"), ("asked", "refused"), ("issued", "void"))


def _payment_voucher_stays() -> Guard:
    """What a voucher was issued with never changes, and what ended does not come back."""
    table, name = "settlement_paymentvoucher", "payment_voucher_stays"
    ways = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in _MOVES)
    frozen = " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in _ISSUED)
    wrong = f"(NEW.state <> OLD.state AND NOT ({ways})) OR (OLD.number IS NOT NULL AND ({frozen}))"
    message = "a payment voucher does not go that way"
    sqlite_wrong = wrong.replace("IS DISTINCT FROM", "IS NOT")
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}" WHEN {sqlite_wrong} '
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


def _words_only_go(table: str, columns: tuple[str, ...]) -> Guard:
    """The words of an agreement may be blanked, with the moment it was done; never rewritten."""
    name, message = f"{table}_words_only_go", f"{table}: words are blanked, never rewritten"
    changed = " OR ".join(f"NEW.{one} <> OLD.{one}" for one in columns)
    kept = " OR ".join(f"NEW.{one} NOT IN ('', '{BLANKED}')" for one in columns)
    wrong = f"(({changed}) AND (NEW.blanked_at IS NULL OR {kept}))"
    back = "(OLD.blanked_at IS NOT NULL AND NEW.blanked_at IS {} OLD.blanked_at)"
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}" '
            f"WHEN {wrong} OR {back.format('NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN "
            f"IF {wrong} OR {back.format('DISTINCT FROM')} THEN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
            "END $$ LANGUAGE plpgsql; "
            f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        ),
    )


def _handed_whole() -> Guard:
    """What is handed on is all that was taken, never more and never a part."""
    table, name = "settlement_handonrow", "handed_on_whole"
    message = "what is handed on is what was taken"
    wrong = (
        "abs(NEW.satang) <> (SELECT t.satang FROM settlement_deductiontaken t "
        "WHERE t.id = NEW.taken_id)"
    )
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" WHEN {wrong} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {wrong} "
            f"THEN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
            "END $$ LANGUAGE plpgsql; "
            f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        ),
    )


def register_guards() -> None:
    """Register this room's guards."""
    append_only(
        "settlement_voucher",
        "settlement_deductionterms",
        "settlement_payoutfile",
        "settlement_payoutlimits",
    )
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
                "what",
                "paper",
                "blanked_at",
            ),
        ),
        _words_only_go("settlement_deduction", ("what", "paper")),
        refuse(
            "settlement_payeeconsent",
            "UPDATE",
            except_columns=("relation", "paper", "blanked_at"),
        ),
        refuse("settlement_payeeconsent", "DELETE"),
        _words_only_go("settlement_payeeconsent", ("relation", "paper")),
        refuse(
            "settlement_handon",
            "UPDATE",
            except_columns=("state", "decided_at", "decided_by_id", "journal_id", "ended_reason"),
        ),
        refuse("settlement_handon", "DELETE"),
        refuse("settlement_handonrow", "UPDATE", except_columns=("stands",)),
        refuse("settlement_handonrow", "DELETE"),
        _handed_whole(),
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
        refuse(
            "settlement_paymentvoucher",
            "UPDATE",
            except_columns=(
                "state",
                "decided_at",
                "decided_by_id",
                *_ISSUED,
                "ended_reason",
                "ended_at",
                "ended_by_id",
            ),
        ),
        refuse("settlement_paymentvoucher", "DELETE"),
        _payment_voucher_stays(),
        refuse("settlement_cashfloat", "DELETE"),
        refuse("settlement_cashfloat", "UPDATE", when="OLD.closed_at IS NOT NULL"),
    )
