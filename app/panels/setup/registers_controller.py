"""Turns clicks on the page of registers into commands for one servo."""

from pathlib import Path

from PySide6.QtCore import QObject

from app.panels.setup.controller import SetupController
from lerobot_core.workers.protocol import (
    BackUpRegisters,
    ReadRegisters,
    RestoreRegisters,
    ServoSeen,
    WriteRegister,
)


class RegistersController(QObject):
    """Beside the panel's controller, which has the state."""

    def __init__(self, setup: SetupController) -> None:
        super().__init__(setup)
        self._setup = setup

    def read(self, servo: ServoSeen) -> None:
        """Of a servo that a scan found at the port that is shown."""
        self._read(self._setup.state.port, servo)

    def write(self, register: str, counts: int) -> None:
        """Of the servo whose registers are shown."""
        if self._has_servo():
            self._setup.send(WriteRegister(self._setup.state.port, register, counts))

    def back_up(self, path: Path) -> None:
        if self._has_servo():
            self._setup.send(BackUpRegisters(self._setup.state.port, str(path)))

    def restore(self, path: Path) -> None:
        if self._has_servo():
            self._setup.send(RestoreRegisters(self._setup.state.port, str(path)))

    def _read(self, address: str, servo: ServoSeen) -> None:
        self._setup.send(ReadRegisters(address, servo.servo_id, servo.model, servo.baudrate))

    def _has_servo(self) -> bool:
        """The worker has the servo whose registers are shown; it is read again if it was left."""
        state = self._setup.state
        shown = state.registers
        if shown is None:
            return False
        if state.arm.doing != "registers":
            servos = (each for each in state.arm.servos if each.servo_id == shown.servo_id)
            if (servo := next(servos, None)) is None:
                return False
            self._read(shown.address, servo)
        return True
