"""The seal over journals, as triggers.

Entries first, header last: inserting the header checks that there are at least two entries that
add up to zero; after it no entry can be added. On PostgreSQL a deferred trigger checks the sum
again at commit, which closes the race of a second session adding an entry to an uncommitted
journal. An account's balance follows its entries.
"""

from __future__ import annotations

from marketplace.common.guards import Guard, append_only, refuse, register

_SEAL_CHECK = (
    "(SELECT COUNT(*) FROM ledger_entry WHERE journal_id = NEW.id) < 2 "
    "OR (SELECT COALESCE(SUM(satang), 0) FROM ledger_entry WHERE journal_id = NEW.id) <> 0"
)


def register_guards() -> None:
    """Register the ledger's guards."""
    append_only("ledger_entry", "ledger_journal")
    register(
        refuse("ledger_account", "DELETE"),
        Guard(
            name="seal_journal",
            table="ledger_journal",
            sqlite=(
                'CREATE TRIGGER "seal_journal" BEFORE INSERT ON ledger_journal '
                f"WHEN {_SEAL_CHECK} BEGIN SELECT RAISE(ABORT, 'journal does not balance'); END"
            ),
            postgresql=(
                "CREATE OR REPLACE FUNCTION seal_journal() RETURNS trigger AS $$ BEGIN "
                f"IF {_SEAL_CHECK} THEN RAISE EXCEPTION 'journal does not balance' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
                "END $$ LANGUAGE plpgsql; "
                "CREATE TRIGGER seal_journal BEFORE INSERT ON ledger_journal "
                "FOR EACH ROW EXECUTE FUNCTION seal_journal()"
            ),
        ),
        Guard(
            name="sealed_journal_takes_no_entry",
            table="ledger_entry",
            sqlite=(
                'CREATE TRIGGER "sealed_journal_takes_no_entry" BEFORE INSERT ON ledger_entry '
                "WHEN EXISTS (SELECT 1 FROM ledger_journal WHERE id = NEW.journal_id) "
                "BEGIN SELECT RAISE(ABORT, 'journal is sealed'); END"
            ),
            postgresql=(
                "CREATE OR REPLACE FUNCTION sealed_journal_takes_no_entry() RETURNS trigger "
                "AS $$ BEGIN IF EXISTS (SELECT 1 FROM ledger_journal WHERE id = NEW.journal_id) "
                "THEN RAISE EXCEPTION 'journal is sealed' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
                "END $$ LANGUAGE plpgsql; "
                "CREATE TRIGGER sealed_journal_takes_no_entry BEFORE INSERT ON ledger_entry "
                "FOR EACH ROW EXECUTE FUNCTION sealed_journal_takes_no_entry()"
            ),
        ),
        Guard(
            name="balance_follows_entries",
            table="ledger_entry",
            sqlite=(
                'CREATE TRIGGER "balance_follows_entries" AFTER INSERT ON ledger_entry BEGIN '
                "UPDATE ledger_account SET balance_satang = balance_satang + NEW.satang "
                "WHERE code = NEW.account_id; END"
            ),
            postgresql=(
                "CREATE OR REPLACE FUNCTION balance_follows_entries() RETURNS trigger AS $$ BEGIN "
                "UPDATE ledger_account SET balance_satang = balance_satang + NEW.satang "
                "WHERE code = NEW.account_id; RETURN NEW; END $$ LANGUAGE plpgsql; "
                "CREATE TRIGGER balance_follows_entries AFTER INSERT ON ledger_entry "
                "FOR EACH ROW EXECUTE FUNCTION balance_follows_entries()"
            ),
        ),
        Guard(
            name="journal_still_balances",
            table="ledger_entry",
            # SQLite has one writer at a time, so the race this closes cannot happen there.
            sqlite=(
                'CREATE TRIGGER "journal_still_balances" BEFORE INSERT ON ledger_entry '
                "WHEN NEW.satang = 0 BEGIN SELECT RAISE(ABORT, 'entry of zero'); END"
            ),
            postgresql=(
                "CREATE OR REPLACE FUNCTION journal_still_balances() RETURNS trigger AS $$ BEGIN "
                "IF (SELECT SUM(satang) FROM ledger_entry WHERE journal_id = NEW.journal_id) <> 0 "
                "THEN RAISE EXCEPTION 'journal unbalanced at commit' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; "
                "END $$ LANGUAGE plpgsql; "
                "CREATE CONSTRAINT TRIGGER journal_still_balances AFTER INSERT ON ledger_entry "
                "DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION journal_still_balances()"
            ),
        ),
    )
