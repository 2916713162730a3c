"""Two arms spoken of as one: keys with a side before them, errors that say which arm is meant."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from lerobot_core.errors import DeviceError, Facts, SettingInvalid, TorqueNotOff, WorkbenchError
from lerobot_core.robots.bimanual_config import SIDES

_Arm = TypeVar("_Arm")
_Value = TypeVar("_Value")

Pair = Mapping[str, _Arm]
"""Side → arm."""


def joined(arms: Pair[_Arm], ask: Callable[[_Arm], Mapping[str, _Value]]) -> dict[str, _Value]:
    """What both say, by keys with their side. Raises errors that name the arm."""
    answers: dict[str, _Value] = {}
    for side, arm in arms.items():
        with naming(side):
            said = ask(arm)
        answers |= {f"{side}_{key}": value for key, value in said.items()}
    return answers


def split(values: Mapping[str, _Value]) -> dict[str, dict[str, _Value]]:
    """Side → its values, without the side in their keys. Raises SettingInvalid for other keys."""
    parts: dict[str, dict[str, _Value]] = {side: {} for side in SIDES}
    for key, value in values.items():
        side, name = side_of(key)
        parts[side][name] = value
    return parts


def side_of(key: str) -> tuple[str, str]:
    """``left_gripper`` → ``left``, ``gripper``. Raises SettingInvalid."""
    side, _, name = key.partition("_")
    if side not in SIDES or not name:
        raise SettingInvalid(setting=key, reason="it begins with neither left_ nor right_")
    return side, name


@contextmanager
def naming(side: str) -> Iterator[None]:
    """Errors that get out say which arm they are about: two arms have a servo 3 each."""
    try:
        yield
    except WorkbenchError as error:
        facts = _of_arm(error.facts, side)
        if facts == error.facts:
            raise
        raise type(error)(**facts) from error


def _of_arm(facts: Facts, side: str) -> Facts:
    """Labels and ports tell the arms apart already; joints and servos do not."""
    if "joint" in facts:
        return {**facts, "joint": f"{side}_{facts['joint']}"}
    for name in ("servos", "servo_id", "missing"):
        if name in facts and not (name == "missing" and "device" in facts):
            return {**facts, name: f"{facts[name]} of the {side} arm"}
    return facts


def all_of(arms: Pair[_Arm], act: Callable[[_Arm], Any]) -> None:
    """Do it to both, whatever one of them says; then raise the first thing that was said.

    Two that cannot be made limp are told of in one error.
    """
    said: list[WorkbenchError] = []
    for side, arm in arms.items():
        try:
            with naming(side):
                act(arm)
        except WorkbenchError as error:
            said.append(error)
    if said and all(isinstance(error, TorqueNotOff) for error in said):
        servos = "; ".join(str(error.facts["servos"]) for error in said)
        raise TorqueNotOff(servos=servos) from said[0]
    if said:
        raise said[0]


def quietly(act: Callable[[], Any]) -> None:
    """Something else went wrong already, and is what will be told."""
    with suppress(DeviceError):
        act()
