import string

import pytest

from app.problem_text import PROBLEMS, joint_label, problem_text, remedy_icon, remedy_label
from app.remedies import Remedy
from lerobot_core.errors import ERRORS


def _facts(code: str) -> dict[str, str]:
    """Something for every gap that the error's templates have."""
    text = ERRORS[code].sentence + ERRORS[code].hint_template
    return {name: f"<{name}>" for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_error_of_the_core_has_an_entry() -> None:
    assert set(PROBLEMS) - {"failure"} == set(ERRORS)


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_error_is_said_with_its_facts_and_something_to_try(code: str) -> None:
    text = problem_text(code, _facts(code))
    assert text.sentence
    assert text.hint
    assert "{" not in text.sentence + text.hint


def test_joints_are_called_as_people_call_them() -> None:
    text = problem_text("servo_lost", {"joint": "elbow_flex", "servo_id": 3, "ticks": 12})
    assert text.sentence.startswith("Elbow flex (servo 3) missed 12 readings")
    assert joint_label("wrist_roll.pos") == "Wrist roll"


def test_an_unknown_code_or_a_missing_fact_still_gives_a_sentence() -> None:
    assert problem_text("from_the_future", {}).sentence
    assert problem_text("port_busy", {}).sentence


def test_facts_are_never_templates() -> None:
    text = problem_text("port_busy", {"port": "{0.__class__} %s"})
    assert "{0.__class__} %s" in text.sentence


@pytest.mark.parametrize("remedy", list(Remedy))
def test_every_remedy_has_a_label_and_an_icon(remedy: Remedy) -> None:
    assert remedy_label(remedy)
    assert remedy_icon(remedy)
