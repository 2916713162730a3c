"""The set-up worker's one loop: hands commands to the work at each port, and lists devices."""

import logging
import os
from collections.abc import Callable
from contextlib import ExitStack

from lerobot_core.errors import WorkbenchError
from lerobot_core.logs import start_logging
from lerobot_core.workers.protocol import (
    AskBench,
    BackUpRegisters,
    BeginCalibration,
    BeginIds,
    BeginMirror,
    CalibrationStep,
    ChooseJoint,
    EndSession,
    LookForServo,
    Message,
    PortDone,
    ReadCalibration,
    ReadRegisters,
    RestoreRegisters,
    ScanArm,
    ShowCameras,
    SkipJoint,
    Started,
    StopPort,
    WatchArm,
    WatchDevices,
    WatchMovement,
    WriteId,
    WriteRegister,
    problem,
)
from lerobot_core.workers.runner import CommandStream, Send, run_worker
from lerobot_core.workers.setup.calibrating import Calibrating, arm_address
from lerobot_core.workers.setup.desk import RunningWork, Work
from lerobot_core.workers.setup.devices import DeviceList
from lerobot_core.workers.setup.hands import BenchHands
from lerobot_core.workers.setup.ids import GivingIds
from lerobot_core.workers.setup.mirroring import Mirroring
from lerobot_core.workers.setup.movement import Movement
from lerobot_core.workers.setup.recognizing import Recognizing
from lerobot_core.workers.setup.registers import Registers
from lerobot_core.workers.setup.scanning import Scan, Watch
from lerobot_core.workers.setup.thumbnails import Thumbnails

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.1
_MOVEMENT = "movement"  # the place of the one work that uses several ports


def main(send: Send) -> int:
    """Run until told to end, or until the commands end. Returns the process's exit code."""
    start_logging("setup")
    commands = CommandStream()
    try:
        started = Started(pid=os.getpid())
        return run_worker(lambda: SetupWorker(commands, send).run(), send, started)
    finally:
        commands.close()


class SetupWorker:
    """One piece of work a port; what comes next at a port ends what went on before."""

    def __init__(self, commands: CommandStream, send: Send) -> None:
        self._commands = commands
        self._send = send
        self._works: dict[str, RunningWork] = {}
        self._devices = DeviceList(send)
        self._thumbnails = Thumbnails(send)
        self._calibrated = ""  # the port at which an arm is being calibrated
        self._benches: set[str] = set()  # places that are benches
        self._moved_by_hand: list[str] = []  # the ports that are watched for movement

    def run(self) -> None:
        with ExitStack() as stack:
            stack.callback(self._end_all)
            stack.callback(self._thumbnails.close)
            while not self._commands.has_ended:
                command = self._commands.next(_LOOK_EVERY_S)
                if isinstance(command, EndSession):
                    return
                if command is not None:
                    self._try(command)
                self._devices.look_if_due()

    def _try(self, command: Message) -> None:
        """A command that makes no sense is told, and leaves what goes on as it is."""
        try:
            self._obey(command)
        except WorkbenchError as error:
            log.info("%s was refused: %s", type(command).__name__, error)
            self._send(problem(error, getattr(command, "address", "")))

    def _obey(self, command: Message) -> None:
        match command:
            case WatchDevices():
                self._devices.watch(command.running)
            case ShowCameras():
                self._thumbnails.show(command.cameras)
            case StopPort():
                self._end(command.address) if command.address else self._end_at_ports()
            case AskBench():
                self._ask_bench(command)
            case WatchMovement():
                self._watch_movement(command)
            case _:
                self._obey_at_port(command)

    def _obey_at_port(self, command: Message) -> None:
        match command:
            case ScanArm():
                self._begin(command.address, "scan", Scan(command))
            case WatchArm():
                self._watch(command)
            case BeginIds():
                self._begin(command.address, "ids", GivingIds(command))
            case LookForServo() | WriteId() | SkipJoint() | ChooseJoint():
                self._pass_on(command, command.address)
            case ReadRegisters() | WriteRegister() | BackUpRegisters() | RestoreRegisters():
                self._pass_on_registers(command)
            case BeginCalibration():
                self._calibrated = arm_address(command)
                self._begin(self._calibrated, "calibrate", Calibrating(command))
            case CalibrationStep():
                self._pass_on(command, self._calibrated)
            case BeginMirror():
                self._begin(arm_address(command), "mirror", Mirroring(command))
            case ReadCalibration():
                self._begin(arm_address(command), "recognize", Recognizing(command))

    def _watch(self, command: WatchArm) -> None:
        """A live look is nothing that a calibration or a mirror would be ended for."""
        work = self._works.get(command.address)
        if work is not None and not work.is_over and work.doing in ("calibrate", "mirror"):
            self._send(PortDone(command.address, "watch"))
        else:
            self._begin(command.address, "watch", Watch(command))

    def _ask_bench(self, command: AskBench) -> None:
        place = f"bench {command.bench}"
        self._benches.add(place)
        self._pass_on(command, place, lambda: BenchHands(command.bench))

    def _watch_movement(self, command: WatchMovement) -> None:
        for address in command.addresses:
            self._end(address)
        self._begin(_MOVEMENT, "movement", Movement(command.addresses))
        self._moved_by_hand = list(command.addresses)

    def _pass_on_registers(
        self, command: ReadRegisters | WriteRegister | BackUpRegisters | RestoreRegisters
    ) -> None:
        work = self._works.get(command.address)
        if work is None or work.is_over or work.doing != "registers":
            self._begin(command.address, "registers", Registers(command.address))
        self._works[command.address].put(command)

    def _pass_on(
        self, command: Message, place: str, begin: Callable[[], Work] | None = None
    ) -> None:
        """To the work that goes on there; without one, begin it or forget the command."""
        work = self._works.get(place)
        if (work is None or work.is_over) and begin is not None:
            self._begin(place, "hands", begin())
        if place in self._works:
            self._works[place].put(command)

    def _begin(self, place: str, doing: str, work: Work) -> None:
        self._end(place)
        if place in self._moved_by_hand:
            self._end(_MOVEMENT)
        self._works[place] = RunningWork(doing, place, work, self._send)

    def _end(self, place: str) -> None:
        work = self._works.pop(place, None)
        if work is not None:
            work.end()

    def _end_at_ports(self) -> None:
        """Hands at a bench open no port."""
        for place in [place for place in self._works if place not in self._benches]:
            self._end(place)

    def _end_all(self) -> None:
        for place in list(self._works):
            self._end(place)
