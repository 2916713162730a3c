"""Finds out whether a window could be shown."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

_FIRST_X_PORT = 6000  # X servers listen at this port plus the number of the display
_PATIENCE_S = 1.0


def is_there(environment: Mapping[str, str]) -> bool:
    """Whether the display that ``environment`` names answers. macOS and Windows always have one."""
    chosen = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if chosen in ("offscreen", "minimal"):
        return False
    if chosen not in ("", "xcb", "wayland", "wayland-egl") or not sys.platform.startswith("linux"):
        return True
    return _wayland_answers(environment) or _x_answers(environment.get("DISPLAY", ""))


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY", "")
    folder = environment.get("XDG_RUNTIME_DIR", "")
    # An absolute name replaces the folder, as the Wayland library has it.
    return bool(name) and _answers(socket.AF_UNIX, str(Path(folder) / name))


def _x_answers(name: str) -> bool:
    """``name``: as in DISPLAY, such as ``:0``, ``:0.0`` or ``localhost:10.0``."""
    host, separator, numbers = name.rpartition(":")
    number = numbers.partition(".")[0]
    if not separator or not number.isdecimal():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _answers(socket.AF_UNIX, path) or _answers(socket.AF_UNIX, f"\0{path}")
    return _answers(socket.AF_INET, (host, _FIRST_X_PORT + int(number)))


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE_S)
        try:
            connection.connect(address)
        except OSError:
            return False
        return True
