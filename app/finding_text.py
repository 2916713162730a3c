"""What the window says about a finding on an arm's wire.

The core's English templates are what translations start from (context “Finding”). Facts only ever
fill their gaps: names of joints, arms and ports as people say them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.arm_text import arm_label, port_label
from app.problem_text import joint_label
from app.theme.tokens import Tone
from lerobot_core.errors import Fact
from lerobot_core.motors.findings import WORDS, Severity

_CONTEXT = "Finding"
_UNKNOWN = "Something is not right with this arm."
_UNKNOWN_HINT = "Scan again."
_TONES = {Severity.FINE: Tone.OK, Severity.ADVICE: Tone.WARN, Severity.PROBLEM: Tone.BAD}


@dataclass(frozen=True)
class FindingText:
    """A finding in the operator's language."""

    sentence: str
    hint: str
    tone: Tone


def finding_text(code: str, facts: Mapping[str, Fact], severity: str = "") -> FindingText:
    """Words for a finding. One that is not known gets the most general sentence, and the tone of
    the ``severity`` that came with it."""
    words = WORDS.get(code)
    if words is None:
        tone = _TONES.get(Severity(severity), Tone.BAD) if severity in list(Severity) else Tone.BAD
        return FindingText(_translated(_UNKNOWN), _translated(_UNKNOWN_HINT), tone)
    readable = {name: _readable(name, value) for name, value in facts.items()}
    try:
        sentence = _translated(words.sentence).format(**readable)
        hint = _translated(words.hint).format(**readable)
    except (KeyError, IndexError):  # a newer worker names its facts otherwise
        sentence, hint = _translated(_UNKNOWN), _translated(_UNKNOWN_HINT)
    sentence = sentence[:1].upper() + sentence[1:]  # it may begin with the name of a port
    return FindingText(sentence, hint, _TONES[words.severity])


def _readable(name: str, value: Fact) -> Fact:
    if not isinstance(value, str):
        return value
    if name.endswith("joint"):
        return joint_label(value).lower()
    if name == "arm":
        return arm_label(value)
    if name == "port":
        return port_label(value)
    if name == "ports":
        return ", ".join(port_label(port) for port in value.split(", "))
    return value


def _translated(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text) if text else ""
