import json
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lerobot_core.errors import ERRORS, DiskFull
from lerobot_core.workers import protocol
from lerobot_core.workers.protocol import (
    Command,
    Event,
    SetupCommand,
    SetupEvent,
    Unknown,
    from_line,
    to_line,
)

finite = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | finite | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
# Every member of the two unions is tried, so a few examples of each are enough.
few = settings(max_examples=25)
MESSAGES = [
    message for words in (Command, SetupCommand, Event, SetupEvent) for message in get_args(words)
]


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that a field with this annotation may hold."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return json_values
    if is_dataclass(hint):
        return st.builds(hint, **{name: values_of(t) for name, t in get_type_hints(hint).items()})
    if origin is list:
        return st.lists(values_of(arguments[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(st.text(), values_of(arguments[1]), max_size=3)
    if origin in (Union, UnionType):
        return st.one_of(*map(values_of, arguments))
    return finite if hint is float else st.from_type(hint)


@pytest.mark.parametrize("kind", MESSAGES)
@few
@given(data=st.data())
def test_every_message_arrives_as_it_was_sent(kind: type[Any], data: st.DataObject) -> None:
    message = data.draw(values_of(kind))
    line = to_line(message)
    assert "\n" not in line
    assert from_line(line) == message


@given(st.text())
def test_nothing_that_arrives_raises(line: str) -> None:
    assert isinstance(from_line(line), Unknown | Command | SetupCommand | Event | SetupEvent)


@pytest.mark.parametrize("kind", MESSAGES)
@few
@given(fields=st.dictionaries(st.text(), json_values, max_size=3))
def test_a_known_name_with_any_fields_does_not_raise(
    kind: type[Any], fields: dict[str, Any]
) -> None:
    from_line(json.dumps(fields | {"message": kind.__name__}))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not json",
        "[]",
        "null",
        '{"message": "Sing"}',
        '{"message": "PhaseChanged", "phase": "dancing"}',
        '{"message": "StartRecording"}',
        '{"message": "Devices", "readings": 3}',
        '{"message": ["Stop"]}',
    ],
)
def test_what_is_not_understood_is_kept(line: str) -> None:
    assert from_line(line) == Unknown(line)
    assert to_line(Unknown(line)) == line


def test_fields_of_a_newer_program_are_ignored() -> None:
    line = '{"message": "Stop", "loudly": true}'
    assert from_line(line) == protocol.Stop()


def test_a_problem_carries_what_its_sentence_needs() -> None:
    sent = protocol.problem(DiskFull(path="/data", free_mb=3), device="disk")
    arrived = from_line(to_line(sent))
    assert isinstance(arrived, protocol.Problem)
    assert str(ERRORS[arrived.code](**arrived.facts)) == (
        "The disk that holds /data is full (3 MB left)."
    )
