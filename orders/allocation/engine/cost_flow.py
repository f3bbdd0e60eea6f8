"""Minimum-cost flow in whole packs with what enters and leaves fixed, component by component.

The work is done by ortools' integer cost scaling; every part of the network that is not joined to
another is solved by itself, in the order of its first node.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from .flow import Numbers, parts_of


class CostFlow:
    """A network whose `balance` per node is what enters there (negative: leaves)."""

    def __init__(self, nodes: int) -> None:
        self.balance = np.zeros(nodes, np.int64)
        self._parts: list[tuple[Numbers, Numbers, Numbers, Numbers]] = []
        self._count = 0

    def add(
        self,
        tails: Numbers,
        heads: Numbers,
        rooms: Numbers | int,
        costs: Numbers | int,
    ) -> slice:
        """Add arcs that carry at most `rooms` at `costs` a pack; return where they stand."""
        one, two, three, four = np.broadcast_arrays(
            tails, heads, np.asarray(rooms, np.int64), np.asarray(costs, np.int64)
        )
        self._parts.append((one, two, three, four))
        self._count += one.size
        return slice(self._count - one.size, self._count)

    def solve(self) -> Numbers:
        """Return the flow of every arc, in the order in which they were added.

        Raises RuntimeError when the solver does not answer with an optimum.
        """
        tails, heads, rooms, costs = (
            np.concatenate([part[i] for part in self._parts]) for i in range(4)
        )
        self._parts.clear()
        flows = np.zeros(tails.size, np.int64)
        part = parts_of(self.balance.size, tails, heads)
        arcs = np.argsort(part[tails], kind="stable")
        nodes = np.argsort(part, kind="stable")
        labels = np.unique(part[np.flatnonzero(self.balance)])
        arc_low = np.searchsorted(part[tails][arcs], labels)
        arc_high = np.searchsorted(part[tails][arcs], labels, side="right")
        node_low = np.searchsorted(part[nodes], labels)
        node_high = np.searchsorted(part[nodes], labels, side="right")
        number = np.zeros(self.balance.size, np.int64)
        for a, b, c, d in zip(arc_low, arc_high, node_low, node_high, strict=True):
            mine, members = arcs[a:b], nodes[c:d]
            number[members] = np.arange(members.size)
            solver = min_cost_flow.SimpleMinCostFlow()
            added = solver.add_arcs_with_capacity_and_unit_cost(
                number[tails[mine]].astype(np.int32),
                number[heads[mine]].astype(np.int32),
                rooms[mine],
                costs[mine],
            )
            solver.set_nodes_supplies(
                np.arange(members.size, dtype=np.int32), self.balance[members]
            )
            status = solver.solve()
            if status != solver.OPTIMAL:
                raise RuntimeError(f"minimum-cost flow: {status}")
            flows[mine] = solver.flows(added)
        return flows
