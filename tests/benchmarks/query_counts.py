"""How many queries every list page takes at about ten rows and at a thousand.

The small demo gives every list some rows of the real thing; then each listed table grows by ten and
by a thousand copies of a row (SQL, not the services: what is measured is reading). Every page of
ours that needs no argument is opened as every role that may; the first visit fills caches, the
second is counted. Downloads read in batches of a fixed size and are left out.
"""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.demo.scratch import scratch_database
from marketplace.demo.setting import DOMAIN
from marketplace.demo.story import load
from marketplace.ledger.models import Account
from marketplace.ledger.services import EntryInput, JournalInput, post
from marketplace.parties.models import Membership, Person
from tests.access.addresses import our_addresses

FEW, MANY = 10, 1_000
ROLES = [
    "grower",
    "coordinator",
    "requester",
    "approver",
    "receiver",
    "finance",
    "staff",
    "treasurer",
    "agency",
    "admin",
]
SLOW_MS = 300.0


def _pages() -> list[tuple[str, str]]:
    """Every page of ours without an argument that a role may open: (role, address)."""
    allowed: dict[str, Any] = {}
    for path in sorted((Path(__file__).parents[1] / "access").glob("table_*.py")):
        allowed |= importlib.import_module(f"tests.access.{path.stem}").TABLE
    found = []
    for name, address in sorted(our_addresses().items()):
        who = allowed.get(name)
        if address.arguments or who is None or who == "development":
            continue
        for role in ROLES:
            if isinstance(who, str) or role in who or (role == "admin"):
                found.append((role, reverse(name)))
    return found


def _count(pages: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, float]]:
    clients: dict[str, Client] = {}
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for role, url in pages:
        if role not in clients:
            clients[role] = Client()
            clients[role].force_login(User.objects.get(email=f"{role}@{DOMAIN}"))
        client = clients[role]
        answer = client.get(url)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        with CaptureQueriesContext(connection) as queries:
            started = time.perf_counter()
            client.get(url)
            took = (time.perf_counter() - started) * 1000
        found[role, url] = len(queries), took
    return found


class Growth:
    """Copies rows; `first` to `last` number the copies, so that a second growth goes on."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def copy(
        self, table: str, sample: str, *, pk: str = "id", base: int | None = None, **values: str
    ) -> int:
        """Copy one row of a table.

        Args:
            table: its name.
            sample: SQL that gives the key of the row to copy.
            pk: its primary key.
            base: the keys of the copies are base + n; by default after the highest.
            values: column → SQL expression in `n` for what must differ.

        Returns:
            The base, so that children can be copied onto their parents; 0 when there was no sample.
        """
        with connection.cursor() as cursor:
            cursor.execute(sample)
            row = cursor.fetchone()
            if row is None:
                return 0
            if base is None:
                cursor.execute(f"SELECT max({pk}) FROM {table}")
                base = int(cursor.fetchone()[0])
            facts = connection.introspection.get_table_description(cursor, table)
            given = {pk: f"{base} + n"} | values
            chosen = ", ".join(given.get(fact.name, f't."{fact.name}"') for fact in facts)
            named = ", ".join(f'"{fact.name}"' for fact in facts)
            cursor.execute(
                f"WITH RECURSIVE seq(n) AS (SELECT {self.first} UNION ALL "
                f"SELECT n + 1 FROM seq WHERE n < {self.last}) INSERT INTO {table} ({named}) "
                f"SELECT {chosen} FROM {table} t, seq WHERE t.{pk} = %s",
                [row[0]],
            )
        return base

    def children(self, table: str, parent: str, sample: int, base: int) -> None:
        """Copy up to three children of one parent onto each of its copies."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {table} WHERE {parent} = %s", [sample])
            keys = [row[0] for row in cursor.fetchall()]
        for key in keys[:3]:
            self.copy(table, f"SELECT {key}", **{parent: f"{base} + n"})


def _last(table: str, where: str = "1=1", pk: str = "id") -> str:
    return f"SELECT max({pk}) FROM {table} WHERE {where} HAVING max({pk}) IS NOT NULL"


def _sample(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _grow(first: int, last: int) -> None:
    """Grow everything that some page lists by copies numbered `first` to `last`."""
    grow = Growth(first, last)
    # Copies belong to those who look: a grower sees no offers of strangers.
    grower = Person.objects.get(user__email=f"grower@{DOMAIN}")
    group = Membership.objects.filter(person=grower, until=None).values_list("group", flat=True)[0]
    own = {"group_id": str(group), "person_id": str(grower.pk)}
    user = User.objects.get(email=f"requester@{DOMAIN}")
    for kind, table in (("group", "parties_farmergroup"), ("buyer", "parties_buyer")):
        sample = _last("parties_party", f"kind = '{kind}'")
        base = grow.copy("parties_party", sample, code=f"'Z{kind[0]}' || n")
        grow.copy(table, sample, pk="party_ptr_id", base=base)
    grow.copy(
        "parties_party",
        _last("parties_party", "kind = 'buyer'"),
        code="'Y' || n",
        stage="'applied'",
    )
    person = grow.copy("parties_person", _last("parties_person"), code="'Z' || n", user_id="NULL")
    grow.copy(
        "parties_membership",
        _last("parties_membership"),
        group_id=str(group),
        person_id=f"{person} + n",
    )
    grow.copy(
        "catalogue_product",
        _last("catalogue_product"),
        code="'z' || n",
        upc="'z' || n",
        slug="'z' || n",
    )
    grow.copy("supply_plot", _last("supply_plot"), **own)
    grow.copy(
        "standards_certificate",
        _last("standards_certificate", "group_id IS NOT NULL"),
        number="'Z' || n",
        group_id=str(group),
    )
    offers = _last(
        "supply_harvestoffer",
        f"id IN (SELECT harvest_offer_id FROM supply_offershare WHERE person_id = {grower.pk})",
    )
    sample_id = _sample(offers)
    base = grow.copy("supply_harvestoffer", offers, request_key="NULL", reserved_qty="0")
    grow.children("supply_offershare", "harvest_offer_id", sample_id, base)
    orders = _last("order_order")
    sample_id = _sample(orders)
    base = grow.copy("order_order", orders, number="'AO-Z-' || n")
    grow.children("order_delivery", "order_id", sample_id, base)
    grow.copy("order_orderdraft", _last("order_orderdraft"), order_id="NULL", state="'draft'")
    grow.copy("order_purchaseorder", _last("order_purchaseorder"), number="'PO-Z-' || n")
    grow.copy(
        "invoicing_document",
        _last("invoicing_document"),
        code="'INV-Z-' || n",
        reference="'Z' || n",
        number="900000 + n",
        settled_satang="0",
        settled_day="NULL",
    )
    grow.copy(
        "reconciliation_bankrow",
        _last("reconciliation_bankrow"),
        key="'z' || n",
        applied_satang="0",
    )
    grow.copy("settlement_payoutbatch", _last("settlement_payoutbatch"), code="'PY-Z-' || n")
    grow.copy(
        "settlement_voucher", _last("settlement_voucher"), code="'RV-Z-' || n", key="'z' || n"
    )
    grow.copy(
        "settlement_cashfloat", _last("settlement_cashfloat", "is_open IS NULL OR is_open = 0")
    )
    grow.copy("settlement_owed", _last("settlement_owed"), key="'z' || n", **own)
    grow.copy(
        "fulfilment_harvestlot",
        _last("fulfilment_harvestlot", "person_id IS NOT NULL"),
        code="'Z' || n",
        **own,
    )
    grow.copy("supply_shortage", _last("supply_shortage"))
    grow.copy(
        "notifications_message",
        _last("notifications_message"),
        key="'z' || n",
        recipient=f"'user:{user.pk}'",
    )
    grow.copy(
        "partner_pricenotice",
        _last("partner_pricenotice"),
        valid_from="date(t.valid_from, '-' || (n + 400) || ' days')",
    )
    grow.copy(
        "cycles_ordercycle",
        _last("cycles_ordercycle"),
        delivery_day="date(t.delivery_day, '+' || n || ' days')",
    )
    bank = Account.objects.filter(code__startswith="bank:").first()
    if bank is not None:
        post(
            by=None,
            journals=[
                JournalInput(
                    key=f"bench:{n}",
                    event="bench",
                    day=clock.today(),
                    description="รายการทดสอบ",
                    source=f"bench:{n}",
                    entries=[
                        EntryInput(bank.code, 100, f"bench:{n}"),
                        EntryInput("suspense:unmatched", -100, f"bench:{n}"),
                    ],
                )
                for n in range(first, last + 1)
            ],
        )


def run() -> list[tuple[str, str, str]]:
    """Open every list page with few rows and with a thousand."""
    pages = _pages()
    with scratch_database():
        load(seed=2570, small=True)
        _grow(1, FEW)
        few = _count(pages)
        _grow(FEW + 1, MANY)
        many = _count(pages)
    both = sorted(set(few) & set(many))
    lost = sorted(set(few) - set(many))
    grown = [key for key in both if many[key][0] > few[key][0]]
    slow = [key for key in both if many[key][1] > SLOW_MS]
    times = sorted(many[key][1] for key in both)
    title = f"pages whose queries grow from 10 to 1,000 rows, of {len(both)} (page, role)"
    rows = [
        (title, str(len(grown)), "0"),
        ("  their time at 1,000 rows, median", f"{times[len(times) // 2]:.0f} ms", ""),
    ]
    for key in grown:
        rows.append((f"  {' '.join(key)}", f"{few[key][0]} → {many[key][0]} queries", "equal"))
    rows += [(f"  {' '.join(key)} at 1,000 rows", f"{many[key][1]:.0f} ms", "") for key in slow]
    rows += [(f"  {' '.join(key)} no longer opens", "error", "200") for key in lost]
    return rows
