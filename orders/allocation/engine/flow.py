"""Maximum flow in whole packs that can be continued after capacities were raised.

The work is done by ortools' integer max-flow on the residual network; each run starts from the
flow that stands. Always true: a run never lowers the flow on an arc that leaves the source or
enters the sink, so nobody who was served in an earlier run loses anything in a later one. The same
arcs in the same order give the same flow, in any process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import max_flow

Numbers = NDArray[np.int64]
Truths = NDArray[np.bool_]
SOURCE, SINK = 0, 1
UNBOUNDED = 1 << 60
"""More than all lots of a market can hold together."""


class Arcs:
    """Arcs of a network in the making, added in bulk; node 0 is the source, node 1 the sink."""

    def __init__(self) -> None:
        self.nodes = 2
        self.count = 0
        self._tails: list[Numbers] = []
        self._heads: list[Numbers] = []
        self._rooms: list[Numbers] = []

    def new_nodes(self, count: int) -> Numbers:
        """Add nodes and return their numbers."""
        self.nodes += count
        return np.arange(self.nodes - count, self.nodes, dtype=np.int64)

    def add(self, tails: Numbers | int, heads: Numbers | int, rooms: Numbers | int) -> slice:
        """Add arcs that carry at most `rooms`; return where they stand."""
        tails, heads, rooms = np.broadcast_arrays(
            np.asarray(tails, np.int64), np.asarray(heads, np.int64), np.asarray(rooms, np.int64)
        )
        self._tails.append(tails.ravel())
        self._heads.append(heads.ravel())
        self._rooms.append(rooms.ravel())
        self.count += tails.size
        return slice(self.count - tails.size, self.count)

    def tails(self) -> Numbers:
        return np.concatenate(self._tails)

    def heads(self) -> Numbers:
        return np.concatenate(self._heads)

    def rooms(self) -> Numbers:
        return np.concatenate(self._rooms)


class Flow:
    """A network with a flow on it. `most` is what arcs may carry in all, `now` what they do."""

    def __init__(self, arcs: Arcs) -> None:
        self.nodes = arcs.nodes
        self.tails = arcs.tails()
        self.heads = arcs.heads()
        self.most = arcs.rooms()
        self.now = np.zeros_like(self.most)
        self._inner = (self.tails != SOURCE) & (self.heads != SINK)

    def residual(self) -> tuple[Numbers, Numbers]:
        """Return the arcs with room, and the arcs whose flow may be taken back."""
        return np.flatnonzero(self.most > self.now), np.flatnonzero(self._inner & (self.now > 0))

    def run(self, *, from_sink: bool = False) -> int:
        """Push as much more as possible from source to sink and return how much that was.

        With `from_sink` the same flow is looked for from its other end, which is sooner found
        where much more is offered than can be taken.

        Raises RuntimeError when the solver does not answer with an optimum.
        """
        ahead, back = self.residual()
        pushed, _ = push(self, ahead, back, from_sink=from_sink)
        return pushed


class Ends(Protocol):
    """Arcs and what they carry, numbered alike."""

    tails: Numbers
    heads: Numbers
    most: Numbers
    now: Numbers


def push(
    arcs: Ends, ahead: Numbers, back: Numbers, *, from_sink: bool = False
) -> tuple[int, Numbers | None]:
    """Push what fits from source to sink over the arcs `ahead` and against the arcs `back`.

    Changes `arcs.now`. Returns how much was pushed and the nodes that could still send to the sink
    (None when nothing leaves the source or enters the sink).

    Raises RuntimeError when the solver does not answer with an optimum.
    """
    if not (arcs.tails[ahead] == SOURCE).any() or not (arcs.heads[ahead] == SINK).any():
        return 0, None
    ends = (
        np.concatenate([arcs.tails[ahead], arcs.heads[back]]).astype(np.int32),
        np.concatenate([arcs.heads[ahead], arcs.tails[back]]).astype(np.int32),
    )
    solver = max_flow.SimpleMaxFlow()
    numbers = solver.add_arcs_with_capacity(
        *(ends[::-1] if from_sink else ends),
        np.concatenate([arcs.most[ahead] - arcs.now[ahead], arcs.now[back]]),
    )
    del ends
    status = solver.solve(SINK, SOURCE) if from_sink else solver.solve(SOURCE, SINK)
    if status != solver.OPTIMAL:
        raise RuntimeError(f"maximum flow: {status}")
    flows = np.asarray(solver.flows(numbers), np.int64)
    arcs.now[ahead] += flows[: ahead.size]
    arcs.now[back] -= flows[ahead.size :]
    open_nodes = None if from_sink else np.asarray(solver.get_sink_side_min_cut(), np.int64)
    return int(solver.optimal_flow()), open_nodes


def water_fill(flow: Flow, arcs: slice, most_at: Callable[[int], Numbers], levels: int) -> None:
    """Raise the capacities of arcs into the sink together, level by level, so that the least
    served rises as far as it can.

    `most_at(level)` is what each arc may carry in all at `level` (0: what it carries now), rising
    with the level. An arc that cannot rise at some level can never rise later (the totals form a
    polymatroid: Megiddo 1977), so halving the levels finds the same answer as walking through all
    of them, sooner when few arcs ever stop.
    """
    stopped = np.zeros(arcs.stop - arcs.start, np.bool_)

    def raise_to(low: int, high: int) -> None:
        if stopped.all():
            return
        before = flow.now.copy()
        goal = most_at(high)
        least = before[arcs]
        flow.most[arcs] = np.where(stopped, least, np.maximum(goal, least))
        flow.run(from_sink=True)
        behind = ~stopped & (flow.now[arcs] < goal)
        if not behind.any():
            return
        if high - low == 1 or (goal - most_at(low))[~stopped].max() <= 1:
            stopped[behind] = True
            return
        flow.now = before
        middle = (low + high) // 2
        raise_to(low, middle)
        raise_to(middle, high)

    raise_to(0, levels)


class Walk:
    """A directed graph that is walked from a set of nodes, all neighbours at a time."""

    def __init__(self, nodes: int, tails: Numbers, heads: Numbers) -> None:
        order = np.argsort(tails, kind="stable")
        self.nodes = nodes
        self._after = heads[order]
        self._offset = np.searchsorted(tails[order], np.arange(nodes + 1))

    def reach(self, start: Numbers, seen: Truths | None = None) -> Truths:
        """Return which nodes a walk from `start` reaches, itself included; `seen` is added to."""
        seen = np.zeros(self.nodes, np.bool_) if seen is None else seen
        front = np.unique(start)
        front = front[~seen[front]]
        seen[front] = True
        while front.size:
            low, high = self._offset[front], self._offset[front + 1]
            counts = high - low
            before = np.cumsum(counts) - counts
            steps = np.repeat(low - before, counts) + np.arange(int(counts.sum()))
            front = np.unique(self._after[steps])
            front = front[~seen[front]]
            seen[front] = True
        return seen


def parts_of(nodes: int, tails: Numbers, heads: Numbers) -> Numbers:
    """Return per node the least node it is joined with by arcs in any direction."""
    label = np.arange(nodes, dtype=np.int64)
    while True:
        least = np.minimum(label[tails], label[heads])
        after = label.copy()
        np.minimum.at(after, tails, least)
        np.minimum.at(after, heads, least)
        np.minimum.at(after, label[tails], least)
        np.minimum.at(after, label[heads], least)
        after = after[after]
        if (after == label).all():
            return label
        label = after
