"""Raising the capacities at the source level by level, by halving the levels and the network.

All capacities are raised to the middle level at once. Whoever cannot follow, and everything from
which the sink cannot be reached any more, is settled below that level; the rest is full so far and
is settled above it. Between the two nothing can change any more: every arc from the lower part to
the upper is full, and every arc back is empty (a minimum cut), so each part goes on by itself.
The answer is that of walking through the levels one by one (Gallo, Grigoriadis and Tarjan 1989;
the totals form a polymatroid: Megiddo 1977), but the whole network is only looked at as often as
the number of levels can be halved.

Always true afterwards: at every level, all sources together carry as much as any flow could with
the capacities of that level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from .flow import SINK, SOURCE, Flow, Numbers, Truths, push


@dataclass(slots=True)
class _Part:
    """A part of the network that is settled by itself.

    Attributes:
        number: which arcs of the whole network these are.
        tails, heads: their ends; what comes from or goes to another part starts at the source or
            ends at the sink.
        most, now: what they may carry, and do.
        source: per arc, its place among the arcs that rise; -1 for all others.
    """

    number: Numbers
    tails: Numbers
    heads: Numbers
    most: Numbers
    now: Numbers
    source: Numbers

    def only(self, kept: Truths) -> _Part:
        return _Part(
            self.number[kept],
            self.tails[kept],
            self.heads[kept],
            self.most[kept],
            self.now[kept],
            self.source[kept],
        )

    def rise(self, caps: Numbers) -> tuple[Truths, Numbers | None]:
        """Push with the capacities of a level; say which rising arcs stay behind and which nodes
        could still send to the sink.
        """
        rising = self.source >= 0
        self.most[rising] = caps[self.source[rising]]
        ahead = np.flatnonzero(self.most > self.now)
        inner = (self.tails != SOURCE) & (self.heads != SINK)
        _, open_nodes = push(self, ahead, np.flatnonzero(inner & (self.now > 0)))
        return rising & (self.now < self.most), open_nodes


def raise_levels(
    flow: Flow, sources: slice, most_at: Callable[[int], Numbers], levels: int
) -> None:
    """Let the arcs that leave the source rise together as far as the network allows.

    `most_at(level)` is what each of `sources` may carry in all at `level` (0 to `levels`), rising
    with the level. The flow starts from nothing; what other arcs may carry stands.
    """
    source = np.full(flow.now.size, -1, np.int64)
    source[sources] = np.arange(sources.stop - sources.start)
    nothing = np.zeros(sources.stop - sources.start, np.int64)

    @cache
    def caps(level: int) -> Numbers:
        return nothing if level < 0 else most_at(level)

    whole = _Part(
        np.arange(flow.now.size),
        flow.tails.copy(),
        flow.heads.copy(),
        flow.most.copy(),
        np.zeros(flow.now.size, np.int64),
        source,
    )
    waiting = [(whole.only(whole.most > 0), -1, levels, True)]
    del whole, source
    flow.now[:] = 0
    while waiting:
        part, low, high, ready = waiting.pop()
        mine = part.source[part.source >= 0]
        step = int((caps(high) - caps(low))[mine].max(initial=0))
        last = high - low == 1 or step <= 1
        if not ready and (last or (part.tails[part.source < 0] == SOURCE).any()):
            # What comes from another part is full for good, before anybody here rises.
            part.rise(caps(low) if last else nothing)
        if last:
            part.rise(caps(high))
            flow.now[part.number] = part.now
            continue
        middle = (low + high) // 2
        behind, open_nodes = part.rise(caps(middle))
        if open_nodes is None and not behind.any():
            waiting.append((part, middle, high, True))
            continue
        upper, lower = _split(flow.nodes, part, open_nodes)
        if behind.any():
            lower.now[:] = 0
            waiting.append((lower, low, middle, low < 0))
        else:
            flow.now[lower.number] = lower.now
        waiting.append((upper, middle, high, True))


def _split(nodes: int, part: _Part, open_nodes: Numbers | None) -> tuple[_Part, _Part]:
    """Return the part from which the sink can still be reached, and the part from which not."""
    upper = np.zeros(nodes, np.bool_)
    if open_nodes is not None:
        upper[open_nodes] = True
    from_upper, to_upper = upper[part.tails], upper[part.heads]
    source, sink = part.tails == SOURCE, part.heads == SINK
    above = part.only(to_upper & ~sink | from_upper & sink)
    # What comes up from below is full for good; it no longer counts as rising.
    came = ~upper[above.tails]
    above.tails[came] = SOURCE
    below = part.only(~source & ~from_upper | source & ~to_upper)
    below.heads[upper[below.heads]] = SINK
    return above, below
