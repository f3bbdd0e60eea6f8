"""Loads the districts of Songkhla and the road table from `data/`; idempotent."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from marketplace.common.transactions import unit_of_work
from marketplace.places.models import District, RoadDistance

DATA = Path(__file__).parent / "data"


@unit_of_work
def load_places() -> int:
    """Write districts and distances; running it again changes nothing. Returns the number of
    districts.
    """
    with (DATA / "districts.csv").open(encoding="utf-8") as handle:
        districts = [
            District(
                code=row["code"],
                name_th=row["name_th"],
                name_en=row["name_en"],
                tambon_count=int(row["tambon_count"]),
                postcodes=row["postcodes"],
                latitude=Decimal(row["latitude"]),
                longitude=Decimal(row["longitude"]),
            )
            for row in csv.DictReader(handle)
        ]
    District.objects.bulk_create(
        districts,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_th", "name_en", "tambon_count", "postcodes", "latitude", "longitude"],
    )
    with (DATA / "distances.csv").open(encoding="utf-8") as handle:
        distances = [
            RoadDistance(
                origin_id=row["from"],
                destination_id=row["to"],
                road_km=int(row["road_km"]),
                basis=row["basis"],
            )
            for row in csv.DictReader(handle)
        ]
    RoadDistance.objects.bulk_create(
        distances,
        update_conflicts=True,
        unique_fields=["origin", "destination"],
        update_fields=["road_km", "basis"],
    )
    return len(districts)
