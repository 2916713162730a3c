"""Mistakes of ours: logged whole, and shown as one calm line with a way to send the details."""

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QCoreApplication

from app.widgets.banner import Notice
from lerobot_core.logs import log_folder

_log = logging.getLogger(__name__)


def show_defects(show: Callable[[Notice], None]) -> None:
    """Send every exception that nobody caught, in slots too, to the log and to ``show``."""
    is_showing = False

    def on_defect(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        nonlocal is_showing
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("a defect", exc_info=(kind, error, trace))
        if not is_showing:  # a defect in showing a defect would go round in circles
            is_showing = True
            try:
                show(notice_of_defect(error))
            finally:
                is_showing = False

    sys.excepthook = on_defect


def notice_of_defect(error: BaseException) -> Notice:
    """What the operator sees of it."""
    details = "".join(traceback.format_exception(error))
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{last[0].filename}:{last[0].lineno}" if last else ""
    return Notice(
        key=f"defect {type(error).__name__} {place}",
        happened=_tr("The program made a mistake."),
        advice=_tr(
            "It goes on. If something looks wrong, start it again. “Copy” takes the details "
            "along; the log is in {0}."
        ).format(log_folder()),
        details=details,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Defect", text)
