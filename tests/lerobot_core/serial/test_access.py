"""Who may open a port, and what helps who may not."""

from dataclasses import replace
from pathlib import Path

import pytest

from lerobot_core.serial.access import AccessFacts, Obstacle, judge_access, port_access

PATH = "/dev/ttyACM0"
DENIED = AccessFacts(False, False, "dialout", 0o6, is_listed=False, has_group=False)


@pytest.mark.parametrize(
    ("facts", "obstacle", "command"),
    [
        (replace(DENIED, readable=True, writable=True), Obstacle.NONE, ""),
        (DENIED, Obstacle.NOT_IN_GROUP, "sudo usermod -aG dialout $USER"),
        (replace(DENIED, group="uucp"), Obstacle.NOT_IN_GROUP, "sudo usermod -aG uucp $USER"),
        (replace(DENIED, is_listed=True), Obstacle.LOGIN_NEEDED, ""),
        (replace(DENIED, readable=True, group_bits=0o4), Obstacle.CLOSED_TO_GROUP, "chmod"),
        (replace(DENIED, group="root"), Obstacle.CLOSED_TO_GROUP, "chmod"),
        (replace(DENIED, group=""), Obstacle.CLOSED_TO_GROUP, "chmod"),
        (replace(DENIED, has_group=True), Obstacle.CLOSED_TO_GROUP, "chmod"),
    ],
)
def test_names_the_obstacle_and_the_command(
    facts: AccessFacts, obstacle: Obstacle, command: str
) -> None:
    access = judge_access(PATH, facts)
    assert access.obstacle is obstacle
    assert command in access.command if command else access.command == ""
    assert access.is_allowed == (obstacle is Obstacle.NONE)


def test_half_a_permission_does_not_do() -> None:
    access = judge_access(PATH, replace(DENIED, readable=True))
    assert access.readable
    assert not access.is_allowed


def test_an_own_file_may_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "tty"
    path.touch(mode=0o600)
    assert port_access(str(path)).is_allowed


def test_a_port_that_has_gone_is_closed(tmp_path: Path) -> None:
    assert not port_access(str(tmp_path / "gone")).is_allowed
