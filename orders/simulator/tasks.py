"""The task that computes a scenario."""

from marketplace.celery import app
from orders.simulator import services


# Of the market's own app: a page that sends it has loaded no other.
@app.task(name="simulator.work_on")
def work_on(pk: int) -> None:
    """Compute a scenario that waits."""
    services.work(pk)
