"""The tasks that look after the search indexes."""

import logging

from celery import shared_task

from catalogue.search import services
from catalogue.search.backends.base import BackendDown
from catalogue.search.remote import remote

logger = logging.getLogger(__name__)


@shared_task(name="catalogue.search")
def look_after() -> None:
    """Take in what changed, and make the index anew once a day."""
    services.look_after(services.embedded())


@shared_task(name="catalogue.search.remote")
def tell_the_cluster() -> None:
    """Let the cluster take what changed; while it is down the notes wait."""
    index = remote()
    if index is None:
        return
    try:
        services.look_after(index)
    except BackendDown as error:
        logger.warning("the search cluster does not answer: %s", error)
