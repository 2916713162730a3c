"""Whether this user may open a port, why not, and the command that helps.

The rule is a function of facts; asking the operating system for them is apart from it.
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_READ_AND_WRITE = 0o6


class Obstacle(StrEnum):
    """What keeps a user from a port."""

    NONE = "none"
    NOT_IN_GROUP = "not_in_group"  # its group may open it, and the user is not in that group
    LOGIN_NEEDED = "login_needed"  # the user was put into the group after logging in
    CLOSED_TO_GROUP = "closed_to_group"  # being in its group would not help


@dataclass(frozen=True)
class AccessFacts:
    """What the operating system says of a device and of who asks."""

    readable: bool
    writable: bool
    group: str  # that the device belongs to; "" where there are none
    group_bits: int  # 4: the group may read, 2: it may write
    is_listed: bool  # the user is named as a member of that group
    has_group: bool  # this process acts with that group's rights


@dataclass(frozen=True)
class Access:
    """May this user open the port?"""

    readable: bool = True
    writable: bool = True
    group: str = ""
    obstacle: Obstacle = Obstacle.NONE
    command: str = ""  # helps against the obstacle; for a terminal

    @property
    def is_allowed(self) -> bool:
        return self.readable and self.writable


ALLOWED = Access()
"""Of ports without owners."""


def judge_access(path: str, facts: AccessFacts) -> Access:
    """The obstacle, and the command against it."""
    if facts.readable and facts.writable:
        return Access(group=facts.group)
    obstacle = _obstacle(facts)
    commands = {
        Obstacle.NOT_IN_GROUP: f"sudo usermod -aG {facts.group} $USER",
        Obstacle.CLOSED_TO_GROUP: f"sudo chmod a+rw {path}",
    }
    return Access(facts.readable, facts.writable, facts.group, obstacle, commands.get(obstacle, ""))


def _obstacle(facts: AccessFacts) -> Obstacle:
    # To be put into root's group would open far more than a port.
    may_help = facts.group not in ("", "root", "wheel")
    if not may_help or facts.group_bits & _READ_AND_WRITE != _READ_AND_WRITE or facts.has_group:
        return Obstacle.CLOSED_TO_GROUP
    return Obstacle.LOGIN_NEEDED if facts.is_listed else Obstacle.NOT_IN_GROUP


def port_access(path: str) -> Access:
    """Ask the operating system. A device that has just gone counts as closed."""
    if os.name != "posix":
        return ALLOWED  # Windows has no owners of ports: whoever is first, has it
    try:
        return judge_access(path, _posix_facts(Path(path)))
    except FileNotFoundError:
        return Access(readable=False, writable=False, obstacle=Obstacle.CLOSED_TO_GROUP)


def _posix_facts(path: Path) -> AccessFacts:
    import grp  # not on Windows
    import pwd

    status = path.stat()
    user = os.getuid()
    try:
        group = grp.getgrgid(status.st_gid)
        name, members = group.gr_name, group.gr_mem
    except KeyError:  # a group without a name, as in containers
        name, members = "", []
    try:
        is_listed = pwd.getpwuid(user).pw_name in members
    except KeyError:
        is_listed = False
    return AccessFacts(
        readable=os.access(path, os.R_OK),
        writable=os.access(path, os.W_OK),
        group=name,
        group_bits=status.st_mode >> 3 & 0o7,
        is_listed=is_listed,
        has_group=status.st_gid in (os.getgid(), *os.getgroups()),
    )
