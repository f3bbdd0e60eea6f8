"""Which tables of this room are history."""

from marketplace.common.guards import append_only, refuse, register


def register_guards() -> None:
    """Register the guards of this room."""
    append_only(
        "fulfilment_weighing",
        "fulfilment_acceptanceline",
        "fulfilment_acceptancelot",
        "fulfilment_cratemovement",
        "fulfilment_disposition",
    )
    register(refuse("fulfilment_acceptance", "DELETE"), refuse("fulfilment_deliverynote", "DELETE"))
