"""What a reader can work out about a hidden cell: its exact smallest and largest possible value.

A published table with totals is a flow: every cell is an edge from its row to its column, every row total an edge into
its row, every column total an edge out of its column, and what enters a node leaves it. The reader knows the visible
edges and that no count is below 0. Then the range of a hidden edge is found by pushing flow round it: how far it can
grow is the flow from its head back to its tail through the other hidden edges, how far it can shrink is the flow the
other way, at most its own value. For such tables this equals the linear programme's answer, in whole numbers and
without rounding (network matrices are totally unimodular), which is why no solver is needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

Node = Hashable
UNBOUNDED = 10**15


@dataclass(frozen=True)
class Edge:
    """One count between two nodes. Only hidden ones can move, up to `most`."""

    tail: Node
    head: Node
    value: int
    hidden: bool
    most: int = UNBOUNDED


def interval(edges: Sequence[Edge], index: int) -> tuple[int, int]:
    """The smallest and largest value edge `index` may have. `UNBOUNDED` where nothing bounds it above."""
    edge = edges[index]
    if not edge.hidden:
        return edge.value, edge.value
    others = [other for position, other in enumerate(edges) if position != index and other.hidden]
    grows = _flow(others, edge.head, edge.tail, UNBOUNDED)
    shrinks = _flow(others, edge.tail, edge.head, edge.value)
    return edge.value - shrinks, min(edge.most, edge.value + grows)


def feasible(edges: Sequence[Edge]) -> list[Edge] | None:
    """The same edges with values for the hidden ones that fit the visible ones; None if nothing fits.

    What a reader can start from: the values of hidden edges are not looked at. Ranges do not depend on which values are
    found. No two hidden edges may join the same nodes.
    """
    owed: dict[Node, int] = {}
    for edge in edges:
        if not edge.hidden:
            owed[edge.head] = owed.get(edge.head, 0) + edge.value
            owed[edge.tail] = owed.get(edge.tail, 0) - edge.value
    free = [Edge(edge.tail, edge.head, 0, True, edge.most) for edge in edges if edge.hidden]
    room = _room(free)
    source, sink = object(), object()
    room[source] = {node: amount for node, amount in owed.items() if amount > 0}
    room[sink] = {}
    for node, amount in owed.items():
        room.setdefault(node, {})
        if amount < 0:
            room[node][sink] = -amount
    wanted = sum(room[source].values())
    if _push(room, source, sink, wanted) < wanted:
        return None
    return [replace(edge, value=room[edge.head].get(edge.tail, 0)) if edge.hidden else edge for edge in edges]


def _flow(edges: Sequence[Edge], source: Node, sink: Node, enough: int) -> int:
    """The largest flow from source to sink, up to `enough`, where an edge may grow to its most and shrink to 0."""
    return _push(_room(edges), source, sink, enough)


def _room(edges: Sequence[Edge]) -> dict[Node, dict[Node, int]]:
    """How much can still be pushed from node to node: forth up to the most, back as much as there is."""
    room: dict[Node, dict[Node, int]] = {}
    for edge in edges:
        forth, back = room.setdefault(edge.tail, {}), room.setdefault(edge.head, {})
        forth[edge.head] = min(UNBOUNDED, forth.get(edge.head, 0) + edge.most - edge.value)
        back[edge.tail] = min(UNBOUNDED, back.get(edge.tail, 0) + edge.value)
    return room


def _push(room: dict[Node, dict[Node, int]], source: Node, sink: Node, enough: int) -> int:
    total = 0
    while total < enough:
        path = _shortest_path(room, source, sink)
        if path is None:
            break
        step = min(enough - total, *(room[here][there] for here, there in path))
        for here, there in path:
            room[here][there] -= step
            room[there][here] = room[there].get(here, 0) + step
        total += step
    return total


def _shortest_path(room: dict[Node, dict[Node, int]], source: Node, sink: Node) -> list[tuple[Node, Node]] | None:
    came: dict[Node, Node] = {source: source}
    queue = deque([source])
    while queue and sink not in came:
        here = queue.popleft()
        for there, free in room.get(here, {}).items():
            if free > 0 and there not in came:
                came[there] = here
                queue.append(there)
    if sink not in came:
        return None
    path = []
    node = sink
    while node != source:
        path.append((came[node], node))
        node = came[node]
    return path[::-1]


class Network:
    """Edges with values that fit, to ask about one hidden edge after the other.

    Every answer leaves behind values that fit as well, and each says something about all hidden edges at once; so most edges
    need no search of their own. That keeps a hundred versions of one table within seconds.
    """

    def __init__(self, edges: Sequence[Edge]) -> None:
        """`edges` fit together, as `feasible` gives them."""
        self._arcs: dict[Node, list[int]] = {}
        self._heads: list[Node] = []
        self._room: list[int] = []
        self._arc: dict[int, int] = {}
        for position, edge in enumerate(edges):
            if edge.hidden:
                self._arc[position] = len(self._heads)
                self._add(edge.tail, edge.head, edge.most - edge.value)
                self._add(edge.head, edge.tail, edge.value)
        self._low = self._room.copy()
        self._high = self._room.copy()

    def _add(self, tail: Node, head: Node, room: int) -> None:
        self._arcs.setdefault(tail, []).append(len(self._heads))
        self._heads.append(head)
        self._room.append(room)

    def reach(self, position: int, enough: Callable[[int, int], bool]) -> tuple[int, int]:
        """The smallest and largest value of a hidden edge; as soon as what was found is `enough`, no further."""
        arc = self._arc[position]
        back = arc + 1
        if not enough(*self._seen(back)):
            self._push(arc, lambda: enough(*self._seen(back)))
        if not enough(*self._seen(back)):
            self._push(back, lambda: enough(*self._seen(back)))
        return self._seen(back)

    def _seen(self, back: int) -> tuple[int, int]:
        """What was seen of the value of an edge: it is the room to shrink, kept on the arc that leads back."""
        return self._low[back], self._high[back]

    def _push(self, arc: int, done: Callable[[], bool]) -> None:
        """Round and round through this arc, while there is a way from its head to its tail and it has room."""
        tail, head = self._heads[arc ^ 1], self._heads[arc]
        while self._room[arc] and not done():
            path = self._way(head, tail, {arc, arc ^ 1})
            if path is None:
                return
            path.append(arc)
            step = min(self._room[one] for one in path)
            for one in path:
                self._room[one] -= step
                self._room[one ^ 1] += step
                back = one | 1
                value = self._room[back]
                self._low[back], self._high[back] = min(self._low[back], value), max(self._high[back], value)

    def _way(self, source: Node, sink: Node, without: AbstractSet[int]) -> list[int] | None:
        came: dict[Node, int] = {source: -1}
        queue = deque([source])
        while queue and sink not in came:
            here = queue.popleft()
            for arc in self._arcs.get(here, ()):
                there = self._heads[arc]
                if self._room[arc] > 0 and there not in came and arc not in without:
                    came[there] = arc
                    queue.append(there)
        if sink not in came:
            return None
        path: list[int] = []
        node = sink
        while node != source:
            path.append(came[node])
            node = self._heads[came[node] ^ 1]
        return path


def table_edges(
    values: Sequence[Sequence[int]],
    hidden: set[tuple[int, int]],
    hidden_row_totals: frozenset[int] = frozenset(),
) -> list[Edge]:
    """A two-way table with its totals as edges: first every cell, row by row, then the row totals.

    Column totals and the grand total are visible. Row totals are visible but for `hidden_row_totals`.
    """
    cells = [
        Edge(("row", i), ("column", j), value, (i, j) in hidden)
        for i, row in enumerate(values)
        for j, value in enumerate(row)
    ]
    totals = [Edge("all", ("row", i), sum(row), i in hidden_row_totals) for i, row in enumerate(values)]
    return cells + totals
