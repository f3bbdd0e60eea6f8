"""Settings of the market that journeys walk through: development's, on the journeys' clock."""

from marketplace.settings.dev import *  # noqa: F403
from marketplace.settings.dev import MIDDLEWARE as _MIDDLEWARE

MIDDLEWARE = ["tests.journeys.market.ClockOfTheJourneys", *_MIDDLEWARE]
