"""Grades of produce: A above B above C. Grades are never products of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grade(models.TextChoices):
    A = "A", _("เกรด A")
    B = "B", _("เกรด B")
    C = "C", _("เกรด C")

    @property
    def rank(self) -> int:
        """0 for the best grade."""
        return "ABC".index(self.value)


def at_least(minimum: str) -> list[str]:
    """Return the grades that satisfy a minimum grade, best first."""
    return [grade.value for grade in Grade if grade.rank <= Grade(minimum).rank]
