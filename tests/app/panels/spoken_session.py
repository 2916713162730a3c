"""Stands in for the session service at the border of the process: speaks and listens."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.services.rigs import RigFile
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.workers.protocol import Command


class SpokenSession(QObject):
    """Says what a test tells it to, and keeps what it was sent."""

    event_received = Signal(object)
    run_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.rig = RigFile(Path("virtual.json"), virtual_rig())
        self.sent: list[Command] = []
        self.restarts = 0
        self.rests = 0

    def begin(self) -> None:
        self.run_changed.emit(True)

    def say(self, *events: object) -> None:
        for event in events:
            self.event_received.emit(event)

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def restart(self) -> None:
        self.restarts += 1

    def go_to_rest(self) -> None:
        self.rests += 1
