"""A published price notice never changes, whoever writes: triggers hold it.

On SQLite and PostgreSQL alike. The rows of a notice may be written while it is a draft; publishing
is the last change of its row.
"""

from __future__ import annotations

from marketplace.common.guards import Guard, register

_NOTICE = (
    "SELECT 1 FROM partner_pricenotice n WHERE n.id = {row}.notice_id AND n.state = 'published'"
)
_PRICE = (
    "SELECT 1 FROM partner_noticeprice p JOIN partner_pricenotice n ON n.id = p.notice_id "
    "WHERE p.id = {row}.price_id AND n.state = 'published'"
)
_TABLES = {
    "partner_pricenotice": "SELECT 1 WHERE {row}.state = 'published'",
    "partner_noticeprice": _NOTICE,
    "partner_noticefee": _PRICE,
    "partner_classprice": _PRICE,
}


def register_guards() -> None:
    """Register the guards of price notices."""
    for table, published in _TABLES.items():
        acts = ("UPDATE", "DELETE") if table == "partner_pricenotice" else _ALL
        for act in acts:
            register(_guard(table, act, published))


_ALL = ("INSERT", "UPDATE", "DELETE")


def _guard(table: str, act: str, published: str) -> Guard:
    name = f"published_{table}_{act.lower()}"
    message = "a published price notice does not change"
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[act]
    if table == "partner_pricenotice":
        rows = ("OLD",)  # publishing itself makes NEW a published one
    test = " OR ".join(f"EXISTS ({published.format(row=row)})" for row in rows)
    back = "OLD" if act == "DELETE" else "NEW"
    return Guard(
        name=name,
        table=table,
        sqlite=(
            f'CREATE TRIGGER "{name}" BEFORE {act} ON {table} WHEN {test} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN "
            f"IF {test} THEN RAISE EXCEPTION '{message}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {back}; "
            f"END $$ LANGUAGE plpgsql; "
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        ),
    )
