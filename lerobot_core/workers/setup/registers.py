"""The registers of one servo: read, changed one at a time, kept in a file, given back."""

from contextlib import ExitStack, closing
from pathlib import Path

from lerobot_core.errors import PortLost, SettingInvalid, WorkbenchError
from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.register_backup import back_up, load_backup, restore, save_backup
from lerobot_core.motors.register_facts import RegisterInfo
from lerobot_core.motors.register_table import LinkedServo, describe, read_all, write_checked
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.workers.protocol import (
    BackUpRegisters,
    FileWritten,
    Message,
    ReadRegisters,
    RegisterSeen,
    RegistersRead,
    RegistersRestored,
    RestoreRegisters,
    WriteRegister,
)
from lerobot_core.workers.setup.desk import Desk

_PATIENCE_S = 1.0


class Registers:
    """Waits for commands, until told to end. What is refused is told, and leaves all as it was."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._servo: LinkedServo | None = None

    def __call__(self, desk: Desk) -> None:
        with ExitStack() as stack:
            desk.take(stack, self._address)
            link = stack.enter_context(closing(open_link(self._address, DEFAULT_BAUDRATE)))
            while True:
                command = desk.next(_PATIENCE_S)
                try:
                    if isinstance(command, ReadRegisters):
                        self._servo = self._reach(link, command)
                        self._tell_all(self._servo, desk)
                    elif command is not None:
                        self._carry_out(command, desk)
                except PortLost:
                    raise  # the next command opens it anew
                except WorkbenchError as error:
                    desk.problem(error)

    def _reach(self, link: SerialLink, asked: ReadRegisters) -> LinkedServo:
        self._servo = None
        if not 0 <= asked.servo_id <= MAX_SERVO_ID:
            reason = f"servos have ids from 0 to {MAX_SERVO_ID}"
            raise SettingInvalid(setting=f"Id {asked.servo_id}", reason=reason)
        servo = LinkedServo(link, asked.servo_id, asked.model)
        link.set_baudrate(asked.baudrate)
        return servo

    def _carry_out(self, command: Message, desk: Desk) -> None:
        servo = self._servo
        if servo is None:
            reason = "no servo's registers were read yet"
            raise SettingInvalid(setting="The register", reason=reason)
        match command:
            case WriteRegister():
                write_checked(servo, command.register, command.counts)
                self._tell_all(servo, desk)
            case BackUpRegisters():
                self._back_up(servo, Path(command.path))
                desk.tell(FileWritten(command.path))
            case RestoreRegisters():
                self._restore(servo, Path(command.path), desk)

    def _back_up(self, servo: LinkedServo, path: Path) -> None:
        try:
            save_backup(path, back_up(servo))
        except OSError as error:
            reason = error.strerror or "it cannot be written"
            raise SettingInvalid(setting=str(path), reason=reason) from error

    def _restore(self, servo: LinkedServo, path: Path, desk: Desk) -> None:
        try:
            backup = load_backup(path)
        except FileNotFoundError as error:
            raise SettingInvalid(setting=str(path), reason="there is no such file") from error
        changed = restore(servo, backup)
        desk.tell(RegistersRestored(self._address, len(changed)))
        self._tell_all(servo, desk)

    def _tell_all(self, servo: LinkedServo, desk: Desk) -> None:
        values = read_all(servo)
        registers = [
            _register_seen(info, values.get(info.name))
            for info in describe(servo.model)
            if info.name in values
        ]
        desk.tell(RegistersRead(self._address, servo.servo_id, servo.model, registers))


def _register_seen(info: RegisterInfo, counts: int | None) -> RegisterSeen:
    return RegisterSeen(
        name=info.name,
        address=info.place.address,
        size=info.place.size,
        counts=counts,
        meaning=info.words,
        unit=info.scale.unit,
        step=info.scale.step,
        low=info.low,
        high=info.high,
        choices={str(value): words for value, words in info.choices.items()},
        is_kept=info.is_kept,
        change=info.change.value,
    )
