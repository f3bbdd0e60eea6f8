"""What this room refuses."""

from marketplace.common.exceptions import Refusal


class OutOfRange(Refusal):
    """A weight far from what was expected; it is taken when the person confirms it.

    `where` holds `key`, `expected_qty` and `qty`, base units.
    """


class BeyondTolerance(Refusal):
    """More was accepted than the buyer's terms allow."""


class AlreadyRecorded(Refusal):
    """The delivery was accepted before, with other figures."""
