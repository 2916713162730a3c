"""The system's libraries that Python packages cannot bring along."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping

from problem import CannotGoOn

ALWAYS: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What a Qt window needs, a hidden one too, and MuJoCo's renderer: library → Debian package.

Source of both tables: what Qt's ``offscreen`` and ``xcb`` plug-ins and MuJoCo's EGL renderer
load, without what one of these packages depends on; tried on a bare Debian 12.
"""

ON_A_SCREEN: Mapping[str, str] = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""What a window on a display needs besides."""


def provide(*, on_a_screen: bool, for_venv: bool) -> None:
    """Install what the system lacks, where that is allowed.

    Args:
        on_a_screen: a window is going to be shown.
        for_venv: a virtual environment is going to be made.

    Raises:
        CannotGoOn: with the command that installs it.
    """
    if not sys.platform.startswith("linux"):
        return
    needed = {**ALWAYS, **ON_A_SCREEN} if on_a_screen else ALWAYS
    missing = missing_libraries(needed)
    packages = sorted({needed[library] for library in missing})
    if for_venv and _lacks_venv():
        missing.append("Python's “venv” module")
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if missing and shutil.which("apt-get") is None:
        raise CannotGoOn(
            f"The system lacks {', '.join(missing)}.\n"
            f"Install that with its package manager (in Debian: {' '.join(packages)})."
        )
    if missing:
        install_packages(packages)


def missing_libraries(
    needed: Iterable[str], load: Callable[[str], object] = ctypes.CDLL
) -> list[str]:
    """Those of the libraries that cannot be loaded."""
    missing = []
    for library in needed:
        try:
            load(library)
        except OSError:
            missing.append(library)
    return missing


def _lacks_venv() -> bool:
    """Debian keeps a part of Python's ``venv`` in a package of its own."""
    return not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"))


def install_packages(packages: list[str]) -> None:
    """Raises CannotGoOn with the command to run when that is not allowed, or fails."""
    by_hand = f"sudo apt-get install {' '.join(packages)}"
    prefix = administrator_prefix()
    if prefix is None:
        raise CannotGoOn(f"System packages are missing. Install them, then try again:\n  {by_hand}")
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    # The lists of packages may be missing or outdated, but refreshing them takes long.
    if _succeeds([*prefix, *install]):
        return
    if not (_succeeds([*prefix, "apt-get", "update", "-q"]) and _succeeds([*prefix, *install])):
        raise CannotGoOn(f"System packages could not be installed. Try it by hand:\n  {by_hand}")


def administrator_prefix() -> list[str] | None:
    """What to put before a command to run it as administrator; None if that is not allowed."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"], stderr=subprocess.DEVNULL):
        return ["sudo", "-n", *quiet]
    return None


def _succeeds(command: list[str], stderr: int | None = None) -> bool:
    finished = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=stderr)
    return finished.returncode == 0
