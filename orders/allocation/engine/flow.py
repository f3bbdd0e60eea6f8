"""Maximum flow in integers that can be continued after capacities were raised (Dinic 1970).

Always true: a run never lowers the flow on an arc that leaves the source or enters the sink, so
nobody who was served in an earlier run loses anything in a later one.
"""

from collections.abc import Callable, Sequence

UNBOUNDED = 1 << 60


class Network:
    """A directed network; node 0 is the source, node 1 the sink. Arc `a` runs forward at `a`,
    backward at `a ^ 1`.
    """

    def __init__(self) -> None:
        self.ends: list[int] = []
        self.room: list[int] = []
        self.arcs: list[list[int]] = [[], []]

    def node(self) -> int:
        """Add a node and return its number."""
        self.arcs.append([])
        return len(self.arcs) - 1

    def arc(self, start: int, end: int, room: int) -> int:
        """Add an arc that carries at most `room` and return its number."""
        number = len(self.ends)
        self.ends += (end, start)
        self.room += (room, 0)
        self.arcs[start].append(number)
        self.arcs[end].append(number + 1)
        return number

    def flow(self, arc: int) -> int:
        """Return what `arc` carries now."""
        return self.room[arc ^ 1]

    def allow(self, arc: int, most: int) -> None:
        """Let `arc` carry `most` in all, but never less than it carries now."""
        self.room[arc] = max(0, most - self.room[arc ^ 1])

    def run(self) -> int:
        """Push as much more as possible from source to sink and return how much that was."""
        total = 0
        while (steps := self._steps_to_sink())[0] >= 0:
            total += self._blocking(steps)
        return total

    def _steps_to_sink(self) -> list[int]:
        """Return the fewest residual arcs from each node to the sink, -1 where the source is nearer
        or nothing leads on.

        Searching from the sink keeps dead ends out: late in a plan few lines still ask, while many
        lots still offer.
        """
        steps = [-1] * len(self.arcs)
        steps[1] = 0
        front = [1]
        room, ends, arcs = self.room, self.ends, self.arcs
        depth = 0
        while front and steps[0] < 0:
            depth += 1
            after = []
            for node in front:
                for arc in arcs[node]:
                    start = ends[arc]
                    if steps[start] < 0 and room[arc ^ 1]:
                        steps[start] = depth
                        after.append(start)
            front = after
        return steps

    def _blocking(self, steps: list[int]) -> int:
        room, ends, arcs = self.room, self.ends, self.arcs
        at = [0] * len(arcs)
        path: list[int] = []
        node = total = 0
        while True:
            if node == 1:
                push = min(room[arc] for arc in path)
                total += push
                back = 0
                for i in range(len(path) - 1, -1, -1):
                    arc = path[i]
                    room[arc] -= push
                    room[arc ^ 1] += push
                    if not room[arc]:
                        back = i
                node = ends[path[back] ^ 1]
                del path[back:]
            mine = arcs[node]
            next_step = steps[node] - 1
            for i in range(at[node], len(mine)):
                arc = mine[i]
                if room[arc] and steps[ends[arc]] == next_step:
                    at[node] = i
                    path.append(arc)
                    node = ends[arc]
                    break
            else:
                if not path:
                    return total
                steps[node] = -1
                node = ends[path.pop() ^ 1]


def water_fill(
    network: Network, arcs: Sequence[int], most_at: Callable[[int, int], int], levels: int
) -> None:
    """Raise the capacities of `arcs` together, level by level, so that the least served rises as
    far as it can.

    `most_at(i, level)` is what arc number i of `arcs` may carry in all at `level` (0 to `levels`),
    rising with the level. An arc that cannot rise at some level can never rise later (the totals
    form a polymatroid: Megiddo 1977), so halving the levels finds the same answer as walking
    through all of them.
    """
    open_arcs = set(range(len(arcs)))

    def raise_to(low: int, high: int) -> None:
        if not open_arcs:
            return
        kept = network.room[:]
        for i in open_arcs:
            network.allow(arcs[i], most_at(i, high))
        network.run()
        behind = [i for i in open_arcs if network.room[arcs[i]]]
        if not behind:
            return
        if high - low == 1 or all(most_at(i, high) - most_at(i, low) <= 1 for i in open_arcs):
            for i in behind:
                network.room[arcs[i]] = 0
            open_arcs.difference_update(behind)
            return
        network.room[:] = kept
        middle = (low + high) // 2
        raise_to(low, middle)
        raise_to(middle, high)

    raise_to(-1, 0)
    raise_to(0, levels)
