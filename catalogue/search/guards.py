"""Triggers that write a note when something that can be found changes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

from catalogue.search.backends.base import OFFER
from catalogue.search.hooks import Source
from marketplace.common.guards import Guard, register

ALL = ""
"""In place of a column: a change of the table touches everything of the kind."""


def note_guards(kind: str, table: str, column: str) -> Iterator[Guard]:
    """Triggers after every kind of change of a table that note the primary key in a column."""
    for act in ("INSERT", "UPDATE", "DELETE"):
        name = f"search_{kind}_{table}_{act.lower()}"
        row = "OLD" if act == "DELETE" else "NEW"
        value = f'{row}."{column}"' if column else "0"
        when = f"WHEN ({value} IS NOT NULL)" if column else ""
        insert = (
            "INSERT INTO search_searchnote (kind, object_id, at) "
            f"VALUES ('{kind}', {value}, {{clock}})"
        )
        sqlite = insert.format(clock="CAST(strftime('%s', 'now') AS INTEGER)")
        postgresql = insert.format(clock="extract(epoch FROM clock_timestamp())::bigint")
        yield Guard(
            name=name,
            table=table,
            sqlite=f'CREATE TRIGGER "{name}" AFTER {act} ON "{table}" {when} BEGIN {sqlite}; END',
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {postgresql}; "
                "RETURN NULL; END $$ LANGUAGE plpgsql; "
                f'CREATE TRIGGER "{name}" AFTER {act} ON "{table}" FOR EACH ROW {when} '
                f"EXECUTE FUNCTION {name}()"
            ),
        )


def register_guards(*sources: Source) -> None:
    """Watch the tables of these sources."""
    for source in sources:
        for table, column in source.tables:
            register(*note_guards(source.kind, table, column))


def register_offer_guards() -> None:
    """Watch offers, and the notices whose prices they are found by."""
    register(*note_guards(OFFER, "supply_harvestoffer", "id"))
    register(*note_guards(OFFER, "partner_pricenotice", ALL))
