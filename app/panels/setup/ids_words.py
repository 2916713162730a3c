"""What is said while the servos of an arm are given their ids."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.arm_text import arm_label, port_label
from app.finding_text import finding_text
from app.panels.setup.ids_table import IdRow
from app.panels.setup.in_place import ids_present, ids_wanted
from app.panels.setup.problem_words import trouble_text
from app.panels.setup.state import SetupState
from app.problem_text import joint_label
from app.theme.tokens import Tone
from lerobot_core.control.rig_building import RIG_KINDS
from lerobot_core.workers.protocol import FindingSeen, IdsState, ServoSeen

BAUDRATE = 1_000_000
"""What every servo of an arm is set to (motors.tables.DEFAULT_BAUDRATE)."""

_SUPPLY = frozenset({"voltage_low", "voltage_high"})


@dataclass(frozen=True)
class Answer:
    """Who is plugged in, as the box beside the list says it."""

    heading: str
    tone: Tone
    icon: str
    hint: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def arm_kinds() -> list[str]:
    """Every single arm that can be given ids, once."""
    kinds = (kind for rig in RIG_KINDS.values() for kind in (rig.follower, rig.leader))
    return list(dict.fromkeys(kinds))


def ids_fact(state: SetupState) -> str:
    """“2 of 6 done on ttyACM1”."""
    if state.ids is None:
        return port_label(state.port)
    done, port = len(state.ids.done), port_label(state.ids.address)
    return _tr("{0} of {1} done on {2}").format(done, len(state.ids.joints), port)


def id_rows(ids: IdsState, *, goes_on: bool) -> list[IdRow]:
    """In the order of plugging in. ``goes_on``: the worker waits for the next servo."""
    rows = []
    for joint, servo_id in ids.joints.items():
        word, tone, icon = _tr("to do"), Tone.NEUTRAL, "circle-outline"
        if joint in ids.done:
            word, tone, icon = _tr("written"), Tone.OK, "check-circle"
        elif joint == ids.wanted and not goes_on:
            word, tone, icon = _tr("interrupted"), Tone.WARN, "alert"
        elif joint == ids.wanted:
            word, tone, icon = _tr("waiting for you"), Tone.ACCENT, "progress-clock"
        rows.append(IdRow(joint, servo_id, joint_label(joint), word, tone, icon))
    return rows


def instruction(state: SetupState) -> tuple[str, str]:
    """The one thing to do now, and how."""
    ids = state.ids
    if ids is None:
        return "", ""
    if ids.wanted:
        if state.arm.doing != "ids":
            return _tr("Giving ids was interrupted"), _tr("What was written stays written.")
        joint = joint_label(ids.wanted).lower()
        return (
            _tr("Plug in only the {0} servo").format(joint),
            _tr("Unplug every other servo, then connect this one to the adapter."),
        )
    if len(ids.done) < len(ids.joints):
        return _tr("Not all ids were changed"), _tr("Do what is said here, then try again.")
    heading = _tr("All {0} servos have their ids").format(len(ids.joints))
    if len(ids.findings) > 1:  # in place
        return heading, _tr("They stay as they are. Scan the arm to see them in their order.")
    return (
        heading,
        _tr("Connect them in a chain again, from the adapter to the gripper, then scan it."),
    )


def answer(state: SetupState) -> Answer:
    """Who answers now, and what that means."""
    ids, trouble = state.ids, state.arm.problem
    if trouble is not None:
        said = trouble_text(trouble)
        return Answer(said.sentence, Tone.BAD, "close-octagon", said.hint)
    if ids is None:
        return Answer("", Tone.NEUTRAL, "circle-outline")
    if state.is_writing_id:
        return Answer(_tr("Writing, then reading it back"), Tone.ACCENT, "progress-clock")
    facts = tuple(_facts(ids))
    finding = next((each for each in ids.findings if each.severity != "fine"), None)
    if finding is not None:
        return _of_finding(finding, facts)
    done = next((each for each in ids.findings if each.code == "setup_done"), None)
    if done is not None and not ids.can_write:
        text = finding_text(done.code, done.facts)
        return Answer(text.sentence, Tone.OK, "check-circle")
    if ids.found is not None:
        return Answer(_tr("One servo answers"), Tone.OK, "check-circle", facts=facts)
    return Answer(_tr("Asking who is there"), Tone.ACCENT, "progress-clock")


def why_not(state: SetupState) -> str:
    """Why nothing can be written now; empty: it can."""
    if state.ids is None or (state.ids.can_write and not state.is_writing_id):
        return ""
    return answer(state).heading


def write_label(ids: IdsState | None) -> str:
    if ids is None or not ids.wanted:
        return _tr("Write id")
    return _tr("Write id {0}").format(ids.joints.get(ids.wanted, 0))


def begin_words(state: SetupState, kind: str) -> tuple[str, str]:
    """What giving ids is for, before it has begun."""
    if not state.port:
        heading = _tr("No port is chosen")
        return heading, _tr("Choose the adapter at the left whose servos are to get their ids.")
    heading = _tr("Give the servos on {0} their ids").format(port_label(state.port))
    wanted = ids_wanted(state.arm)
    if wanted and sorted(wanted.values()) == ids_present(state.arm):
        return heading, _tr("All of them have the ids of a finished arm. Any can be done again.")
    how = _tr("New servos all have the id 1, and in a chain no two may have the same.")
    return (
        heading,
        f"{how} {_tr('This one will be: {0}.').format(arm_label(kind))}" if kind else how,
    )


def _of_finding(finding: FindingSeen, facts: tuple[tuple[str, str], ...]) -> Answer:
    if finding.code == "setup_nobody":
        hint = _tr("Its power supply has to be on, too.")
        return Answer(_tr("No servo answers yet"), Tone.NEUTRAL, "circle-outline", hint)
    text = finding_text(finding.code, finding.facts, finding.severity)
    shown = facts if finding.code in _SUPPLY else ()
    return Answer(text.sentence, text.tone, "close-octagon", text.hint, shown)


def _facts(ids: IdsState) -> list[tuple[str, str]]:
    found = ids.found
    if found is None or not ids.wanted:
        return []
    facts = [(_tr("Now"), _who(found)), (_tr("Supply"), _supply(found, ids))]
    if ids.can_write:
        baud = f"{BAUDRATE:,}".replace(",", "\u2009")
        will = _tr("id {0} at {1} baud").format(ids.joints[ids.wanted], baud)
        facts.append((_tr("Will be"), will))
    return facts


def _who(found: ServoSeen) -> str:
    parts = [_tr("id {0}").format(found.servo_id), found.model.upper()]
    if found.firmware:
        parts.append(_tr("firmware {0}").format(found.firmware))
    return ", ".join(part for part in parts if part)


def _supply(found: ServoSeen, ids: IdsState) -> str:
    if found.volts is None:
        return _tr("not known")
    volts = _tr("{0:.1f} V").format(found.volts)
    code = next((each.code for each in ids.findings if each.code in _SUPPLY), "")
    verdicts = {"voltage_low": _tr("too low"), "voltage_high": _tr("too high")}
    return f"{volts}, {verdicts.get(code) or _tr('fits this model')}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Setup", text)
