"""The periodic jobs, each by itself: one that fails holds up no other."""

from __future__ import annotations

import logging

from marketplace.cycles import hooks

log = logging.getLogger(__name__)


def tick() -> dict[str, object]:
    """Run every registered job once, in the order of their registration.

    Returns:
        What each returned by name; an exception where one failed (it is logged, and tried again at
        the next tick, as jobs work by state).
    """
    done: dict[str, object] = {}
    for job in list(hooks.periodic_jobs.values()):
        try:
            done[job.name] = job.run()
        except Exception as error:
            log.exception("periodic job %s failed", job.name)
            done[job.name] = error
    return done
