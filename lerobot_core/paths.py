"""Where things are kept on this machine."""

import os
import re
import tempfile
from pathlib import Path

import platformdirs


def home() -> Path:
    """Everything of ours: rigs, logs, runs, benches. ``LEROBOT_WORKBENCH_HOME`` overrides."""
    override = os.environ.get("LEROBOT_WORKBENCH_HOME")
    return Path(override) if override else platformdirs.user_data_path("lerobot-workbench")


def lerobot_home() -> Path:
    """Upstream's folder for datasets and calibrations, found as upstream finds it."""
    if override := os.environ.get("HF_LEROBOT_HOME"):
        return Path(override).expanduser()
    default = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface"
    return (Path(os.environ.get("HF_HOME", default)) / "lerobot").expanduser()


def calibration_home() -> Path:
    """Folder of calibration files: ``robots/<name>/<id>.json``, ``teleoperators/…``."""
    override = os.environ.get("HF_LEROBOT_CALIBRATION")
    return Path(override).expanduser() if override else lerobot_home() / "calibration"


def shared_memory_folder() -> Path:
    """A folder for files that processes map: in memory where there is such a file system.

    ``LEROBOT_WORKBENCH_SHM`` overrides.
    """
    if override := os.environ.get("LEROBOT_WORKBENCH_SHM"):
        Path(override).mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(override)
    memory = Path("/dev/shm")
    base = memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    folder = base / f"lerobot-workbench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def mapped_file(kind: str, name: str) -> Path:
    """A path in ``shared_memory_folder`` that no other process uses for its own file.

    It carries the process number, so that files of processes that were killed are found, and
    removed, by the next one that asks for a file of the same kind.
    """
    folder = shared_memory_folder()
    for path in folder.glob(f"{kind}-*"):
        owner = path.name.removeprefix(f"{kind}-").partition("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            path.unlink(missing_ok=True)
    return folder / f"{kind}-{os.getpid()}-{safe_name(name)}"


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def safe_name(text: str) -> str:
    """A file name made from any text."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "unnamed"
