"""The task that beat sends every minute to look after the search index."""

from celery import shared_task

from catalogue.search import services


@shared_task(name="catalogue.search")
def look_after() -> None:
    """Take in what changed, and make the index anew once a day."""
    services.look_after(services.embedded())
