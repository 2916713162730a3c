from string import Formatter

import pytest
from PySide6.QtWidgets import QApplication

from app.finding_text import finding_text
from app.theme.tokens import Tone
from lerobot_core.motors.findings import WORDS

# One of each fact that the core's findings have, as a worker would give it.
FACTS = {
    "port": "/dev/ttyACM0",
    "ports": "/dev/ttyACM1, /dev/ttyACM2",
    "group": "dialout",
    "command": "sudo usermod -aG dialout $USER",
    "arm": "koch_leader",
    "joint": "wrist_flex",
    "first_joint": "wrist_flex",
    "last_joint": "elbow_flex",
}


def gaps(code: str) -> set[str]:
    texts = WORDS[code][1:]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", WORDS)
def test_every_finding_has_words_and_all_their_gaps_are_filled(
    code: str, qapp: QApplication
) -> None:
    facts = {name: FACTS.get(name, f"<{name}>") for name in gaps(code)}
    text = finding_text(code, facts)
    assert text.sentence
    assert "{" not in text.sentence + text.hint
    for name in gaps(code) - FACTS.keys():
        assert f"<{name}>" in text.sentence + text.hint
    assert (text.tone is Tone.OK) == (WORDS[code].severity == "fine")
    assert (text.tone is Tone.BAD) == (WORDS[code].severity == "problem")


def test_names_are_those_that_people_say(qapp: QApplication) -> None:
    text = finding_text("other_arm", {"port": "/dev/ttyACM0", "arm": "koch_leader"})
    assert text.sentence == "The servos on ttyACM0 are those of another arm: Koch v1.1 leader."
    silent = {"last": 3, "last_joint": "elbow_flex", "first": 4, "first_joint": "wrist_flex"}
    assert "servo 3 (elbow flex)" in finding_text("silent_behind", silent).sentence
    others = finding_text("other_ports", {"ports": "/dev/ttyACM1, sim://default/leader"})
    assert others.sentence.endswith("ttyACM1, virtual leader.")
    refused = finding_text("port_refused", {"port": "sim://default/leader"})
    assert refused.sentence == "The port virtual leader refuses to be opened."


@pytest.mark.parametrize(("severity", "tone"), [("advice", Tone.WARN), ("odd", Tone.BAD)])
def test_a_finding_of_a_newer_worker_is_told_all_the_same(
    severity: str, tone: Tone, qapp: QApplication
) -> None:
    text = finding_text("never_heard_of", {}, severity)
    assert (bool(text.sentence), text.tone) == (True, tone)
    assert finding_text("silent_behind", {"other": 1}).sentence == text.sentence
