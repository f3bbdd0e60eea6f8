"""Triggers over bank rows and applications: what the bank said is never rewritten, and a link's
row, document and journal always add up.
"""

from __future__ import annotations

from marketplace.common.guards import Guard, append_only, refuse, register

_ON_BANK = (
    "SELECT COALESCE(SUM(entry.satang), 0) FROM ledger_entry entry "
    "JOIN reconciliation_bankrow bank ON bank.id = NEW.row_id "
    "WHERE entry.journal_id = NEW.journal_id "
    "AND entry.account_id = 'bank:' || bank.account_id"
)
_OF_ROW = (
    "SELECT CASE WHEN bank.in_satang > 0 THEN NEW.satang ELSE -NEW.satang END "
    "FROM reconciliation_bankrow bank WHERE bank.id = NEW.row_id"
)
_WITHHELD = (
    "SELECT COALESCE(SUM(satang), 0) FROM ledger_entry "
    "WHERE journal_id = NEW.journal_id AND account_id = 'wht:receivable'"
)
_FEE = _WITHHELD.replace("wht:receivable", "fee:bank")
_DOES_NOT_ADD_UP = (
    "(NEW.journal_id IS NOT NULL AND ((<bank>) <> (<row>) OR (<withheld>) <> NEW.withheld_satang "
    "OR (NEW.kind = 'bill' AND (<fee>) <> NEW.fee_satang))) "
    "OR (OLD.journal_id IS NOT NULL AND NEW.journal_id IS DISTINCT FROM OLD.journal_id) "
    "OR (OLD.reversal_id IS NOT NULL AND NEW.reversal_id IS DISTINCT FROM OLD.reversal_id) "
    "OR (NEW.reversal_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_journal "
    "WHERE id = NEW.reversal_id AND reverses_id = NEW.journal_id))"
)
for _place, _part in (
    ("<bank>", _ON_BANK),
    ("<row>", _OF_ROW),
    ("<withheld>", _WITHHELD),
    ("<fee>", _FEE),
):
    _DOES_NOT_ADD_UP = _DOES_NOT_ADD_UP.replace(_place, _part)
"""The journal moves the bank's account by what is applied of the row, and carries the tax withheld
and the fee; what is left of it, as every journal is zero, is the document's. It is named once.
"""

_NOT_ITS_LINKS = (
    "NEW.applied_satang <> (SELECT COALESCE(SUM(satang), 0) FROM reconciliation_application "
    "WHERE row_id = NEW.id AND journal_id IS NOT NULL AND reversal_id IS NULL)"
)


def register_guards() -> None:
    """Register this room's guards."""
    append_only(
        "reconciliation_statementfile",
        "reconciliation_rownote",
        "reconciliation_matchingchoice",
    )
    register(
        refuse("reconciliation_bankrow", "UPDATE", except_columns=("applied_satang",)),
        refuse("reconciliation_bankrow", "DELETE"),
        refuse(
            "reconciliation_application",
            "UPDATE",
            except_columns=(
                "journal_id",
                "reversal_id",
                "owner_id",
                "undone_at",
                "undone_by_id",
                "undo_reason",
                "certificate",
                "certificate_on",
            ),
        ),
        refuse("reconciliation_application", "DELETE"),
        refuse("reconciliation_payerrule", "DELETE"),
        _guard(
            "link_adds_up",
            "reconciliation_application",
            "UPDATE",
            _DOES_NOT_ADD_UP,
            "application does not add up with its journal",
        ),
        _guard(
            "row_applied_by_its_links",
            "reconciliation_bankrow",
            "UPDATE",
            _NOT_ITS_LINKS,
            "bank row is not applied by its links",
        ),
        _guard(
            "row_comes_unapplied",
            "reconciliation_bankrow",
            "INSERT",
            "NEW.applied_satang <> 0",
            "bank row comes applied already",
        ),
        _guard(
            "link_comes_without_journal",
            "reconciliation_application",
            "INSERT",
            "NEW.journal_id IS NOT NULL OR NEW.reversal_id IS NOT NULL",
            "application names its journal once that stands",
        ),
    )


def _guard(name: str, table: str, act: str, wrong: str, message: str) -> Guard:
    sqlite_wrong = wrong.replace("IS DISTINCT FROM", "IS NOT")
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" WHEN {sqlite_wrong} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {wrong} "
            f"THEN RAISE EXCEPTION '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
            "END $$ LANGUAGE plpgsql; "
            f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        ),
    )
