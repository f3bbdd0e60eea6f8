"""Invented allocation problems of any size: sixteen districts, many products of which few are
common, three grades, three certificates, a week of delivery days, least and highest prices.

The same arguments give the same problem.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from orders.allocation.engine import Farmer, Instance, Line, Lot

ZONES = [f"90{number:02d}" for number in range(1, 17)]
DAYS = [date(2027, 1, 4) + timedelta(number) for number in range(7)]
CERTIFICATES = ["GAP", "ORG", "PGS"]
PACK_G = 500


def make_market(
    *, lots: int, lines: int, farmers: int, seed: int = 1, products: int = 300
) -> Instance:
    """Return a problem whose supply equals its demand, in packs of 500 g."""
    dice = random.Random(seed)
    place = {zone: (dice.random() * 120, dice.random() * 100) for zone in ZONES}
    weights = [1 / (rank + 1) ** 0.8 for rank in range(products)]
    price = [dice.randint(1_500, 6_000) for _ in range(products)]
    home = [dice.choice(ZONES) for _ in range(farmers)]
    plan = [0] * farmers
    supply = []
    for number in range(lots):
        [kind] = dice.choices(range(products), weights)
        owner = dice.randrange(farmers)
        grams = max(2_000, int(dice.lognormvariate(10.6, 0.8))) // PACK_G * PACK_G
        first, length = dice.randrange(7), dice.randint(1, 7)
        plan[owner] += grams
        supply.append(
            Lot(
                f"l{number:06d}",
                f"f{owner:05d}",
                f"p{kind}",
                dice.choices("ABC", [0.4, 0.4, 0.2])[0],
                frozenset(name for name in CERTIFICATES if dice.random() < 0.3),
                frozenset(DAYS[first : first + length]),
                home[owner],
                grams,
                int(price[kind] * dice.uniform(0.7, 1.1)),
            )
        )
    asked = [max(1_000, int(dice.lognormvariate(9.6, 0.8))) for _ in range(lines)]
    scale = sum(lot.quantity_g for lot in supply) / sum(asked)
    demand = []
    for number, grams in enumerate(asked):
        [kind] = dice.choices(range(products), weights)
        zone = dice.choice(ZONES)
        others = dice.sample(range(products), dice.randint(1, 2)) if dice.random() < 0.25 else []
        demand.append(
            Line(
                f"d{number:06d}",
                f"p{kind}",
                dice.choices("ABC", [0.25, 0.45, 0.3])[0],
                frozenset(name for name in CERTIFICATES if dice.random() < 0.12),
                dice.choice(DAYS),
                int(grams * scale) // PACK_G * PACK_G,
                0,
                frozenset([zone]) if dice.random() < 0.12 else None,
                zone,
                int(price[kind] * dice.uniform(0.85, 1.3)),
                0 if dice.random() < 0.35 else dice.randint(1, 3),
                tuple(f"p{other}" for other in others if other != kind),
            )
        )
    kilometres = {
        (a, b): int(
            ((place[a][0] - place[b][0]) ** 2 + (place[a][1] - place[b][1]) ** 2) ** 0.5 * 1.3
        )
        for a in ZONES
        for b in ZONES
        if a != b
    }
    return Instance(
        tuple(Farmer(f"f{number:05d}", plan[number]) for number in range(farmers)),
        tuple(supply),
        tuple(demand),
        kilometres,
        PACK_G,
    )
