"""Who may open the pages of delivery days."""

from tests.access.table_parties import OFFICE

READING = (*OFFICE, "agency", "coordinator")


def _question(world):
    from marketplace.cycles.models import DayQuestion

    if world.foreign:
        return None
    made = DayQuestion.objects.create(cycle=world.cycle, reason="ตัวอย่าง")
    return {"pk": made.pk}


def _cycle(world):
    return None if world.foreign else {"pk": world.cycle.pk}


TABLE = {
    "cycles:list": READING,
    "cycles:detail": READING,
    "cycles:season": OFFICE,
    "cycles:questions": OFFICE,
    "cycles:answer": OFFICE,
    "cycles:change": OFFICE,
    "cycles:cutoff": OFFICE,
}
EXAMPLES = {
    "cycles:detail": _cycle,
    "cycles:change": _cycle,
    "cycles:answer": _question,
    "cycles:cutoff": lambda world: (
        None if world.foreign else {"pk": world.cycle.pk, "code": "hospital"}
    ),
}
