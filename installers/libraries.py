"""The system's libraries that Python packages cannot bring along."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from problem import CannotGoOn

DEBIAN_PACKAGES: Mapping[str, str] = {
    # what every Qt window needs, a hidden one too
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    # what a window on an X display needs
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    # what the virtual bench draws its pictures with
    "libOpenGL.so.0": "libopengl0",
}
"""Library → its package in Debian and Ubuntu.

Source: the libraries that Qt's ``offscreen`` and ``xcb`` plug-ins and MuJoCo's EGL renderer
load, without those that one of these packages depends on.
"""


def provide() -> None:
    """Install the libraries that are missing, where that is allowed.

    Raises:
        CannotGoOn: with the command that installs them.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = missing_libraries()
    if not missing:
        return
    packages = sorted({DEBIAN_PACKAGES[library] for library in missing})
    if shutil.which("apt-get") is None:
        raise CannotGoOn(
            f"These libraries are missing: {', '.join(missing)}.\n"
            f"Install them with your system's package manager (in Debian: {' '.join(packages)})."
        )
    install_packages(packages)


def missing_libraries(load: Callable[[str], object] = ctypes.CDLL) -> list[str]:
    """The libraries that cannot be loaded."""
    missing = []
    for library in DEBIAN_PACKAGES:
        try:
            load(library)
        except OSError:
            missing.append(library)
    return missing


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
