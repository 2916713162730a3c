"""The words of findings."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from lerobot_core import motors
from lerobot_core.motors.findings import WORDS, Finding, Severity

DYNAMIC = {"port_": "port_missing port_busy port_lost", "voltage_": "voltage_low voltage_high"}
"""Beginnings of codes that are put together from an enumeration, and what they become."""


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def codes_in_source() -> set[str]:
    """Every text in the package that may be a code."""
    folder = Path(motors.__path__[0])
    texts: set[str] = set()
    for path in folder.glob("*.py"):
        if path.name == "findings.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts |= set(DYNAMIC.get(node.value, node.value).split())
    return texts


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


@pytest.mark.parametrize("code", [code for code, words in WORDS.items() if gaps(words.sentence)])
def test_every_gap_must_be_filled_when_a_finding_is_made(code: str) -> None:
    names = gaps(WORDS[code].sentence) | gaps(WORDS[code].hint)
    for missing in names:
        with pytest.raises(KeyError):
            Finding(code, dict.fromkeys(names - {missing}, "7"))


def test_a_code_without_words_makes_no_finding() -> None:
    with pytest.raises(KeyError):
        Finding("gremlins")


def test_every_code_is_used() -> None:
    assert set(WORDS) <= codes_in_source()


def test_a_fact_with_braces_stays_text() -> None:
    assert Finding("port_missing", {"port": "{0}"}).sentence == "There is no device at {0}."
