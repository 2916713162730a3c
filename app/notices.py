"""Problems and checks, made ready for the widgets that show them."""

import json
from collections.abc import Sequence

from app.check_text import check_text
from app.problem_text import WARNINGS, problem_text, remedy_icon, remedy_label
from app.remedies import Remedy
from app.start_checks import Check
from app.theme.tokens import Tone
from app.widgets.banner import Notice
from app.widgets.start_list import Missing
from lerobot_core.workers.protocol import Problem


def notice_of(problem: Problem) -> Notice:
    """What its banner says. Its key finds the problem again, see ``problem_of``."""
    text = problem_text(problem.code, problem.facts)
    return Notice(
        key=_key(problem),
        happened=text.sentence,
        advice=text.hint,
        remedy=remedy_label(text.remedy) if text.remedy else "",
        remedy_icon=remedy_icon(text.remedy) if text.remedy else "",
        details=problem.details,
        tone=Tone.WARN if problem.code in WARNINGS else Tone.BAD,
    )


def problem_of(key: str, problems: Sequence[Problem]) -> Problem | None:
    return next((problem for problem in problems if _key(problem) == key), None)


def remedy_of(problem: Problem) -> Remedy | None:
    return problem_text(problem.code, problem.facts).remedy


def missing_of(check: Check) -> Missing:
    """Its line in “before you can start”; the key is the remedy, then the check's code."""
    text = check_text(check)
    remedy = check.remedy
    return Missing(
        key=f"{remedy or ''}:{check.code}",
        what=text.what,
        why=text.why,
        remedy=remedy_label(remedy) if remedy else "",
        remedy_icon=remedy_icon(remedy) if remedy else "",
        is_remark=not check.is_must,
        is_wait=check.is_wait,
    )


def remedy_of_line(key: str) -> Remedy:
    return Remedy(key.partition(":")[0])


def _key(problem: Problem) -> str:
    return json.dumps([problem.code, problem.device, problem.facts])
