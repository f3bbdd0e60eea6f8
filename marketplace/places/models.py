"""Districts of Songkhla and the roads between them. Facts from `data/`, loaded by `load_places`."""

from django.db import models
from django.utils.translation import get_language


class District(models.Model):
    """One of the sixteen districts (amphoe); the key is the official four-digit code."""

    code = models.CharField(max_length=4, primary_key=True)
    name_th = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    tambon_count = models.PositiveSmallIntegerField()
    postcodes = models.CharField(max_length=60)
    latitude = models.DecimalField(max_digits=7, decimal_places=4)
    longitude = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_th if get_language() in (None, "th") else self.name_en


class RoadDistance(models.Model):
    """Kilometres by road between two districts; stored one way, read both ways."""

    origin = models.ForeignKey(District, models.PROTECT, related_name="roads_out")
    destination = models.ForeignKey(District, models.PROTECT, related_name="roads_in")
    road_km = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "destination"], name="one_distance_a_pair")
        ]


def distance_table() -> dict[str, dict[str, int]]:
    """Return kilometres by road between district codes, symmetric."""
    table: dict[str, dict[str, int]] = {}
    for a, b, km in RoadDistance.objects.values_list("origin_id", "destination_id", "road_km"):
        table.setdefault(a, {})[b] = km
        table.setdefault(b, {})[a] = km
    return table
