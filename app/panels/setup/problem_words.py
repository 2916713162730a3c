"""Problems as this panel tells them: ports have the names that the list of devices shows."""

from dataclasses import replace

from app.arm_text import port_label
from app.problem_text import ProblemText, problem_text
from lerobot_core.workers.protocol import Problem

_ADDRESSES = frozenset({"port", "device"})


def with_short_names(problem: Problem) -> Problem:
    """Its facts name “ttyACM0” or “virtual leader” in place of addresses."""
    facts = {
        name: port_label(value) if name in _ADDRESSES and isinstance(value, str) else value
        for name, value in problem.facts.items()
    }
    return replace(problem, facts=facts)


def trouble_text(problem: Problem) -> ProblemText:
    """Sentence and hint."""
    return problem_text(problem.code, with_short_names(problem).facts)
