"""Logs: one rotating file a process kind, and standard error."""

import logging
import logging.handlers
import sys
from pathlib import Path

from lerobot_core.paths import home

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


def log_folder() -> Path:
    return home() / "logs"


def start_logging(process_kind: str, level: int = logging.INFO) -> Path:
    """Log to ``<home>/logs/<process_kind>.log`` and to standard error. Returns the file."""
    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{process_kind}.log"
    to_file = logging.handlers.RotatingFileHandler(
        path, maxBytes=2_000_000, backupCount=3, encoding="utf-8"
    )
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setLevel(logging.WARNING)
    logging.basicConfig(level=level, format=_FORMAT, handlers=[to_file, to_stderr], force=True)
    return path
