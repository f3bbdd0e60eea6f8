"""The allocation engine: who supplies what to whom, in integers, without a database.

The seam is small and stays: build an `Instance`, call `solve`, call `verify`, store the `Result`.
The method behind `solve` may change; the meaning of the values may not. A *lot* here is the share
of one person in a harvest offer, a *line* is one order line on one delivery day, `_g` is base units
(grams, or pieces for products counted in pieces).
"""

from .canonical import (
    canonical_json,
    input_sha256,
    instance_document,
    instance_from_document,
    output_sha256,
    result_document,
)
from .document import read_instance, write_result
from .explain import sentence
from .fairness import Fairness, Part, fairness, gini, was_wanted
from .model import (
    Allocation,
    Cut,
    Farmer,
    FarmerOutcome,
    Instance,
    InstanceError,
    Line,
    LineOutcome,
    Lot,
    Reason,
    ReasonCode,
    Result,
    validate,
)
from .replay import PlanError, verify
from .rules import Barrier, fits, why_not
from .solve import ENGINE, solve

__all__ = [
    "ENGINE",
    "Allocation",
    "Barrier",
    "Cut",
    "Fairness",
    "Farmer",
    "FarmerOutcome",
    "Instance",
    "InstanceError",
    "Line",
    "LineOutcome",
    "Lot",
    "Part",
    "PlanError",
    "Reason",
    "ReasonCode",
    "Result",
    "canonical_json",
    "fairness",
    "fits",
    "gini",
    "input_sha256",
    "instance_document",
    "instance_from_document",
    "output_sha256",
    "read_instance",
    "result_document",
    "sentence",
    "solve",
    "validate",
    "verify",
    "was_wanted",
    "why_not",
    "write_result",
]
