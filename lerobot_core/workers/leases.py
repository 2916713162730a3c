"""Who may use a device: file locks, which the kernel gives back whatever happens."""

import fcntl
import os
from pathlib import Path
from typing import IO, Self

from lerobot_core.errors import DeviceInUse
from lerobot_core.paths import home, safe_name


def lease_path(address: str) -> Path:
    """The lock file of a device. Two names of one device file share a lock."""
    name = os.path.realpath(address) if address.startswith("/") else address
    return home() / "leases" / f"{safe_name(name)}.lock"


def try_lock(file: IO[bytes]) -> bool:
    """Lock an open file for as long as it stays open. Returns False when somebody else has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(path: Path) -> bool:
    """Whether a process has locked this file now."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class Lease:
    """The right to open a device, kept until ``release`` or the death of the process."""

    def __init__(self, address: str, device: str = "") -> None:
        self.address = address
        self.device = device or address
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Raises DeviceInUse when another process, or another lease of this one, has it."""
        path = lease_path(self.address)
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
        if not try_lock(file):
            file.close()
            raise DeviceInUse(device=self.device)
        self._file = file

    def release(self) -> None:
        # The file stays: removing it would let two processes lock two files of one name.
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()
