"""Messages as lines of JSON, and back."""

import json
from dataclasses import asdict, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from lerobot_core.errors import ERRORS, WorkbenchError
from lerobot_core.workers.protocol.commands import Command
from lerobot_core.workers.protocol.events import ClipsFailed, Event, Failed, Problem
from lerobot_core.workers.protocol.setup_commands import SetupCommand
from lerobot_core.workers.protocol.setup_events import SetupEvent


@dataclass(frozen=True)
class Unknown:
    """A message from a newer program."""

    line: str


Message = Command | SetupCommand | Event | SetupEvent | Unknown

_MESSAGES: dict[str, type[Any]] = {
    message.__name__: message
    for words in (Command, SetupCommand, Event, SetupEvent)
    for message in get_args(words)
}


def problem(error: WorkbenchError, device: str = "", details: str = "") -> Problem:
    return Problem(error.code, error.facts, device, details)


def error_of(report: Problem | ClipsFailed | Failed) -> WorkbenchError:
    """The error that a worker reported, to be raised here."""
    try:
        return ERRORS[report.code](**report.facts)
    except KeyError:  # from a newer program, or without the facts that its sentence needs
        return WorkbenchError()


def to_line(message: Message) -> str:
    if isinstance(message, Unknown):
        return message.line
    return json.dumps({"message": type(message).__name__} | asdict(message))


def from_line(line: str) -> Message:
    """Read one message. What is not understood comes back as ``Unknown``; nothing is raised."""
    try:
        values = json.loads(line)
        kind = _MESSAGES[values.pop("message")]
        return _build(kind, values)  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unknown(line)


def _build(kind: Any, value: Any) -> Any:
    """Turn decoded JSON into ``kind``: a dataclass, an enum, a list or dict of them, a value."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        known = {entry.name for entry in fields(kind)}
        given = {name: _build(hints[name], entry) for name, entry in value.items() if name in known}
        return kind(**given)  # type: ignore[operator]
    if kind is Any:
        return value
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is list:
        return [_build(arguments[0], entry) for entry in value]
    if origin is dict:
        return {key: _build(arguments[1], entry) for key, entry in value.items()}
    if origin in (Union, UnionType):
        return _build_one_of(arguments, value)
    return kind(value)


def _build_one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """Only a dataclass that may be missing needs building; plain values come as they are."""
    kind = next((kind for kind in kinds if is_dataclass(kind)), None)
    return value if value is None or kind is None else _build(kind, value)
