"""The one task that beat sends every minute."""

from celery import shared_task

from marketplace.cycles import services


@shared_task(name="marketplace.tick")
def tick() -> None:
    """Run the periodic jobs once."""
    services.tick()
