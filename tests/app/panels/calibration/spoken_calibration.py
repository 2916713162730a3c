"""Stands in for the set-up worker and the sharing of ports: speaks and listens."""

from PySide6.QtCore import QObject, Signal

from lerobot_core.workers.protocol import SetupCommand


class SpokenCalibration(QObject):
    """Says what a test tells it to, and keeps what it was sent."""

    event_received = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[SetupCommand] = []
        self.has_torque = False

    def say(self, *events: object) -> None:
        for event in events:
            self.event_received.emit(event)

    def send(self, command: SetupCommand) -> bool:
        if not self.has_torque:
            self.sent.append(command)
        return not self.has_torque
