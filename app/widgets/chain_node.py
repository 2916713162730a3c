"""One servo of a chain as it is told: its state and what it says."""

from dataclasses import dataclass
from enum import StrEnum


class NodeState(StrEnum):
    OK = "ok"
    WARN = "warn"  # answers, but something about it is not right
    WRONG = "wrong"  # answers, and must not be used as it is
    BAD = "bad"  # the first that does not answer
    UNREACHED = "unreached"  # beyond it
    TODO = "todo"  # nobody has asked it yet


@dataclass(frozen=True)
class ChainNode:
    """One box. ``key`` comes back when it is chosen."""

    key: str
    title: str  # an id, or what it is, such as “USB”
    name: str
    lines: tuple[str, ...] = ()  # what it reports, such as its model and supply
    state: NodeState = NodeState.OK
    word: str = ""  # in place of a report: “no answer”

    @property
    def text(self) -> str:
        """All that the node says, for screen readers and the tooltip."""
        return ", ".join(part for part in (self.title, self.name, self.word, *self.lines) if part)
