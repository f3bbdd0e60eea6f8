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


_LAST = (
    "NOT EXISTS (SELECT 1 FROM ledger_periodact later "
    "WHERE later.month = act.month AND later.number > act.number)"
)
_OUT_OF_TURN = (
    "NEW.number <> 1 + (SELECT COUNT(*) FROM ledger_periodact WHERE month = NEW.month) "
    "OR NEW.act <> (CASE NEW.number % 2 WHEN 1 THEN 'close' ELSE 'reopen' END) "
    "OR EXISTS (SELECT 1 FROM ledger_periodact act WHERE act.month > NEW.month "
    "AND act.act = 'close' AND <last>) "
    "OR (NEW.act = 'reopen' AND NEW.by_id = (SELECT before.by_id FROM ledger_periodact before "
    "WHERE before.month = NEW.month AND before.number = NEW.number - 1))"
).replace("<last>", _LAST)
_CLOSED = (
    "EXISTS (SELECT 1 FROM ledger_periodact act "
    "WHERE act.month >= <month> AND act.act = 'close' AND <last>)"
).replace("<last>", _LAST)
_CLOSED_SQLITE = _CLOSED.replace("<month>", "date(NEW.day, 'start of month')")
_CLOSED_POSTGRESQL = _CLOSED.replace("<month>", "date_trunc('month', NEW.day)::date")


def _register_periods() -> None:
    """A journal's day lies in no closed month; months close and open in turn, by two persons."""
    register(
        Guard(
            name="closed_month_takes_no_journal",
            table="ledger_journal",
            sqlite=(
                'CREATE TRIGGER "closed_month_takes_no_journal" BEFORE INSERT ON ledger_journal '
                f"WHEN {_CLOSED_SQLITE} "
                "BEGIN SELECT RAISE(ABORT, 'month is closed'); END"
            ),
            postgresql=(
                "CREATE OR REPLACE FUNCTION closed_month_takes_no_journal() RETURNS trigger "
                f"AS $$ BEGIN IF {_CLOSED_POSTGRESQL} "
                "THEN RAISE EXCEPTION 'month is closed' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
                "END $$ LANGUAGE plpgsql; "
                "CREATE TRIGGER closed_month_takes_no_journal BEFORE INSERT ON ledger_journal "
                "FOR EACH ROW EXECUTE FUNCTION closed_month_takes_no_journal()"
            ),
        ),
        Guard(
            name="months_close_in_turn",
            table="ledger_periodact",
            sqlite=(
                'CREATE TRIGGER "months_close_in_turn" BEFORE INSERT ON ledger_periodact '
                f"WHEN {_OUT_OF_TURN} BEGIN SELECT RAISE(ABORT, 'month out of turn'); END"
            ),
            postgresql=(
                "CREATE OR REPLACE FUNCTION months_close_in_turn() RETURNS trigger AS $$ BEGIN "
                # Whoever is writing a journal finishes first; the next one sees the closed month.
                "LOCK TABLE ledger_journal IN SHARE ROW EXCLUSIVE MODE; "
                f"IF {_OUT_OF_TURN} THEN RAISE EXCEPTION 'month out of turn' "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
                "END $$ LANGUAGE plpgsql; "
                "CREATE TRIGGER months_close_in_turn BEFORE INSERT ON ledger_periodact "
                "FOR EACH ROW EXECUTE FUNCTION months_close_in_turn()"
            ),
        ),
    )


def register_guards() -> None:
    """Register the ledger's guards."""
    append_only(
        "ledger_entry",
        "ledger_journal",
        "ledger_periodact",
        "ledger_chainnight",
        "ledger_chainlink",
    )
    _register_periods()
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
