"""The words of findings."""

from string import Formatter

import pytest

from lerobot_core.motors.findings import WORDS, Finding, Severity


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", WORDS)
def test_speaks_in_whole_sentences(code: str) -> None:
    words = WORDS[code]
    facts = dict.fromkeys(gaps(words.sentence) | gaps(words.hint), "7")
    finding = Finding(code, dict(facts))
    assert finding.sentence[0].isupper()
    assert finding.sentence.endswith(".")
    assert bool(finding.hint) == (finding.severity is not Severity.FINE)


@pytest.mark.parametrize("code", WORDS)
def test_gaps_take_only_plain_facts(code: str) -> None:
    for name in gaps(WORDS[code].sentence) | gaps(WORDS[code].hint):
        assert name.isidentifier()


def test_a_fact_with_braces_stays_text() -> None:
    assert Finding("port_missing", {"port": "{0}"}).sentence == "There is no device at {0}."
