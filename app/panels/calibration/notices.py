"""What a banner of the Calibrate panel says: a pause, a problem, or a port that is refused."""

from collections.abc import Mapping

from app.panels.calibration.state import CalibrateState, Step
from app.panels.calibration.words import arm_name, tr
from app.problem_text import joint_label, problem_text, remedy_icon, remedy_label
from app.remedies import Remedy
from app.theme.tokens import Tone
from app.widgets.arm_shapes import arm_shape_for
from app.widgets.banner import Notice
from lerobot_core.errors import Fact
from lerobot_core.workers.protocol import Problem

PAUSE, PROBLEM, REFUSED, INTERRUPTED = "pause", "problem", "refused", "interrupted"


def notices(state: CalibrateState) -> list[Notice]:
    """The most important first."""
    found = []
    if state.is_refused:
        found.append(_refused())
    if state.was_interrupted:
        found.append(_interrupted())
    if state.is_paused:
        found.append(_pause(state))
    if state.problem is not None:
        found.append(_problem(state, state.problem))
    return found


def remedy_of(state: CalibrateState, key: str) -> Remedy | None:
    """What the button of a notice does."""
    if key == REFUSED:
        return Remedy.OPEN_TELEOPERATION
    if key == PROBLEM and state.problem is not None:
        return _remedy(state, state.problem)
    return None


def _refused() -> Notice:
    return Notice(
        REFUSED,
        tr("The arm has torque, so its servos are left alone."),
        tr("Let it rest or release it first: both are on Teleoperate and at the top right."),
        remedy=remedy_label(Remedy.OPEN_TELEOPERATION),
        remedy_icon=remedy_icon(Remedy.OPEN_TELEOPERATION),
        tone=Tone.WARN,
    )


def _interrupted() -> Notice:
    return Notice(
        INTERRUPTED,
        tr("The calibration ended before it was saved, because its port was needed elsewhere."),
        tr("The servos hold what they held before. Begin again when you are ready."),
        tone=Tone.WARN,
    )


def _pause(state: CalibrateState) -> Notice:
    assert state.now is not None
    text = problem_text(state.now.problem_code, _readable(state, state.now.problem_facts))
    advice = text.hint
    if state.step in (Step.SWEEP, Step.SIGNS):
        goes_on = tr("It goes on by itself, and nothing that was found is lost.")
        advice = f"{text.hint} {goes_on}"
    return Notice(PAUSE, text.sentence, advice)


def _readable(state: CalibrateState, told: Mapping[str, Fact]) -> dict[str, Fact]:
    """Joints and the arm as people call them: “wrist flex (servo 4) of the follower”."""
    facts = dict(told)
    missing = facts.get("missing")
    if isinstance(missing, str):
        for joint in arm_shape_for(state.arm.family if state.arm else "").joints:
            missing = missing.replace(joint, joint_label(joint).lower())
        facts["missing"] = missing
    if state.arm is not None and "device" in facts:
        facts["device"] = tr("the {0}").format(arm_name(state.arm).lower())
    return facts


def _problem(state: CalibrateState, problem: Problem) -> Notice:
    text = problem_text(problem.code, _readable(state, problem.facts))
    remedy = _remedy(state, problem)
    return Notice(
        PROBLEM,
        text.sentence,
        text.hint,
        remedy=remedy_label(remedy) if remedy else "",
        remedy_icon=remedy_icon(remedy) if remedy else "",
        details=problem.details,
    )


def _remedy(state: CalibrateState, problem: Problem) -> Remedy | None:
    remedy = problem_text(problem.code, problem.facts).remedy
    if remedy is Remedy.OPEN_SETUP:
        return remedy
    if remedy is Remedy.TRY_AGAIN and not state.is_busy:
        return remedy
    return None  # this panel is where the others lead to
