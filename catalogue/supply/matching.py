"""Which offers hold up which reservations: pure integers, no database.

A `Book` is written from offers that are locked and from backings that are live. It takes quantity
for a reservation from the offers that fit, so that what is left over stays as useful as possible,
and, when those are used up, along augmenting paths: a reservation of others moves to another offer
that fits it and makes room, which never takes anything from anybody. With paths a book promises as
much as any plan could (Ford and Fulkerson, 1956), for the requests in the order in which they come.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

Key = Hashable
"""Who is backed: the primary key of a reservation, or the holder of one that is not written yet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer must meet to back a reservation.

    `min_grade`: a letter; earlier letters are better. `max_price_satang`: farm gate; offers that
    ask more do not fit; None asks no question.
    """

    product_id: int
    day: date
    min_grade: str
    standard_id: str | None = None
    group_id: int | None = None
    max_price_satang: int | None = None


@dataclass(slots=True)
class Stock:
    """One offer as it was read under its lock; quantities in base units."""

    pk: int
    product_id: int
    group_id: int
    grade: str
    standards: frozenset[str]
    first_day: date
    last_day: date
    min_price_satang: int
    is_open: bool
    policy_qty: int
    promisable_qty: int
    reserved_qty: int

    @property
    def free(self) -> int:
        """What can still be promised."""
        return max(0, self.policy_qty - self.reserved_qty) if self.is_open else 0

    def fits(self, terms: Terms) -> bool:
        """Say whether this offer may back these terms, whatever is left of it."""
        return (
            self.product_id == terms.product_id
            and self.first_day <= terms.day <= self.last_day
            and self.grade <= terms.min_grade
            and (terms.standard_id is None or terms.standard_id in self.standards)
            and (terms.group_id is None or terms.group_id == self.group_id)
            and (terms.max_price_satang is None or self.min_price_satang <= terms.max_price_satang)
        )

    @property
    def preference(self) -> tuple[object, ...]:
        """Sorts what should be promised first: the window that ends first, then what the fewest
        others could use (no standard, lowest grade), then the largest rest.
        """
        return (self.last_day, len(self.standards), -ord(self.grade), -self.free, self.pk)


class Book:
    """Offers and who they hold up, with every change remembered."""

    def __init__(self, stocks: Iterable[Stock]) -> None:
        self.stocks = {stock.pk: stock for stock in stocks}
        self.terms: dict[Key, Terms] = {}
        self.backings: dict[Key, dict[int, int]] = defaultdict(dict)
        self._holding: dict[int, dict[Terms, dict[Key, int]]] = defaultdict(dict)
        self._fitting: dict[Terms, list[Stock]] = {}
        self._of_product: dict[int, list[Stock]] = defaultdict(list)
        for stock in self.stocks.values():
            self._of_product[stock.product_id].append(stock)
        self._before: dict[tuple[Key, int], int] = {}
        self._reserved_before = {stock.pk: stock.reserved_qty for stock in self.stocks.values()}

    # what stands -------------------------------------------------------------------------------

    def add(self, key: Key, terms: Terms, backings: Mapping[int, int]) -> None:
        """Write down a reservation that is already counted in its offers' reserved quantity."""
        if key in self.terms:
            return
        self.terms[key] = terms
        for offer_id, qty in backings.items():
            self._before[key, offer_id] = qty
            self.backings[key][offer_id] = qty
            self._holding[offer_id].setdefault(terms, {})[key] = qty

    def backed(self, key: Key) -> int:
        """Return what is guaranteed to a key now."""
        return sum(self.backings[key].values())

    def changes(self) -> list[tuple[Key, int, int, int]]:
        """Return every backing that changed: key, offer, before, after."""
        found: dict[tuple[Key, int], int] = dict.fromkeys(self._before, 0)
        for key, backings in self.backings.items():
            for offer_id, qty in backings.items():
                found[key, offer_id] = qty
        return [
            (key, offer_id, self._before.get((key, offer_id), 0), after)
            for (key, offer_id), after in found.items()
            if after != self._before.get((key, offer_id), 0)
        ]

    def changed_stocks(self) -> list[Stock]:
        """Return the offers whose reserved quantity is no longer what was read."""
        return [s for s in self.stocks.values() if s.reserved_qty != self._reserved_before[s.pk]]

    # what may be done --------------------------------------------------------------------------

    def take(self, key: Key, terms: Terms, want: int) -> int:
        """Promise up to `want` from what is free; return what could be promised."""
        self.terms.setdefault(key, terms)
        rest = want
        for stock in sorted((s for s in self._fits(terms) if s.free), key=lambda s: s.preference):
            if not rest:
                break
            qty = min(rest, stock.free)
            self._shift(key, stock.pk, qty)
            rest -= qty
        return want - rest

    def drop(self, key: Key, qty: int) -> int:
        """Give back up to `qty` of a reservation, the most useful offers first."""
        rest = qty
        mine = sorted(self.backings[key], key=lambda pk: self.stocks[pk].preference, reverse=True)
        for offer_id in mine:
            if not rest:
                break
            part = min(rest, self.backings[key][offer_id])
            self._shift(key, offer_id, -part)
            rest -= part
        return qty - rest

    def drop_from(self, key: Key, offer_id: int, qty: int) -> int:
        """Give back up to `qty` of what one offer holds up of a reservation."""
        part = min(qty, self.backings[key].get(offer_id, 0))
        if part:
            self._shift(key, offer_id, -part)
        return part

    def could_move(self, product_id: int) -> bool:
        """Say whether anything of a product is free at all: without, no path leads anywhere."""
        return any(s.free for s in self._of_product.get(product_id, ()))

    def take_by_paths(self, key: Key, terms: Terms, want: int) -> int:
        """Promise up to `want` by moving others to other offers that fit them; return what it gave.

        Call it after `take`, and after everything live of the product was added.
        """
        self.terms.setdefault(key, terms)
        got = 0
        while got < want:
            path = self._path(terms, without=None)
            if path is None:
                break
            qty = min(want - got, self._width(path))
            self._walk(path, qty)
            self._shift(key, path[0][0], qty)
            got += qty
        return got

    def move_off(self, offer_id: int, key: Key, want: int) -> int:
        """Move up to `want` of a reservation from one offer to others; return what was moved."""
        want = min(want, self.backings[key].get(offer_id, 0))
        terms, moved = self.terms[key], 0
        while moved < want:
            path = self._path(terms, without=offer_id)
            if path is None:
                break
            qty = min(want - moved, self._width(path))
            self._walk(path, qty)
            self._shift(key, path[0][0], qty)
            self._shift(key, offer_id, -qty)
            moved += qty
        return moved

    # how ---------------------------------------------------------------------------------------

    def _fits(self, terms: Terms) -> list[Stock]:
        found = self._fitting.get(terms)
        if found is None:
            same = self._of_product.get(terms.product_id, ())
            found = [s for s in same if s.is_open and s.fits(terms)]
            self._fitting[terms] = found
        return found

    def _shift(self, key: Key, offer_id: int, qty: int) -> None:
        terms = self.terms[key]
        after = self.backings[key].get(offer_id, 0) + qty
        holding = self._holding[offer_id].setdefault(terms, {})
        if after:
            self.backings[key][offer_id] = holding[key] = after
        else:
            self.backings[key].pop(offer_id, None)
            holding.pop(key, None)
        self.stocks[offer_id].reserved_qty += qty

    def _path(self, terms: Terms, *, without: int | None) -> list[tuple[int, Terms | None]] | None:
        """Find the shortest way to a free offer: [(offer, terms of those who leave it), …], the
        last with None.
        """
        came: dict[int, tuple[int, Terms] | None] = {}
        queue: deque[int] = deque()
        for stock in sorted(self._fits(terms), key=lambda s: s.preference):
            if stock.pk != without:
                came[stock.pk] = None
                queue.append(stock.pk)
        while queue:
            at = queue.popleft()
            stock = self.stocks[at]
            if stock.free:
                return self._trail(at, came)
            if stock.reserved_qty > stock.policy_qty:
                continue  # promised beyond its policy already: who leaves it must not be replaced
            for held, keys in self._holding[at].items():
                if not keys:
                    continue
                for other in self._fits(held):
                    if other.pk not in came and other.pk != without:
                        came[other.pk] = (at, held)
                        queue.append(other.pk)
        return None

    @staticmethod
    def _trail(
        end: int, came: Mapping[int, tuple[int, Terms] | None]
    ) -> list[tuple[int, Terms | None]]:
        trail: list[tuple[int, Terms | None]] = [(end, None)]
        step = came[end]
        while step is not None:
            trail.append(step)
            step = came[step[0]]
        return trail[::-1]

    def _width(self, path: list[tuple[int, Terms | None]]) -> int:
        widths = [sum(self._holding[at][held].values()) for at, held in path if held is not None]
        return min([*widths, self.stocks[path[-1][0]].free])

    def _walk(self, path: list[tuple[int, Terms | None]], qty: int) -> None:
        """Move `qty` one offer on along the path, from its end backwards."""
        for index in range(len(path) - 2, -1, -1):
            at, held = path[index]
            assert held is not None
            rest = qty
            for key, part in list(self._holding[at][held].items()):
                if not rest:
                    break
                part = min(rest, part)
                self._shift(key, at, -part)
                self._shift(key, path[index + 1][0], part)
                rest -= part
