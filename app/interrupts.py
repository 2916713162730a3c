"""Ctrl+C in the terminal closes the window as its close button does."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QWidget

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def quit_on_interrupt(window: QWidget) -> Iterator[None]:
    """Close ``window`` on SIGINT and SIGTERM while the block runs.

    Python runs signal handlers between its own instructions, of which there are none while Qt
    waits. The wake-up socket makes Qt return to Python, and only then is the window closed.
    """
    wake, signalled = socket.socketpair()
    for end in (wake, signalled):
        end.setblocking(False)
    notifier = QSocketNotifier(wake.fileno(), QSocketNotifier.Type.Read)
    was_asked = [False]

    def ask(_number: int, _frame: FrameType | None) -> None:
        was_asked[0] = True

    def close_if_asked() -> None:
        wake.recv(64)
        if was_asked[0]:
            window.close()

    notifier.activated.connect(close_if_asked)
    before = {number: signal.signal(number, ask) for number in _SIGNALS}
    before_descriptor = signal.set_wakeup_fd(signalled.fileno())
    try:
        yield
    finally:
        signal.set_wakeup_fd(before_descriptor)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        wake.close()
        signalled.close()
