"""A session: one rig, and the words with the app. What is open is a ``Drive``."""

import logging
import os
from pathlib import Path
from queue import Empty, SimpleQueue

from lerobot_core.control.clock import WallClock
from lerobot_core.control.record import RecordCommand
from lerobot_core.control.rig import Rig, load_rig
from lerobot_core.errors import (
    DatasetError,
    DeviceError,
    DeviceNotConnectedError,
    HeartbeatLost,
    PortLost,
    UnsafeAction,
    WorkbenchError,
)
from lerobot_core.logs import start_logging
from lerobot_core.workers.chips import Chips
from lerobot_core.workers.drive import Drive
from lerobot_core.workers.guarding import create_lifeline
from lerobot_core.workers.lifeline import Lifeline
from lerobot_core.workers.media_client import CAMERAS
from lerobot_core.workers.news import News
from lerobot_core.workers.protocol import (
    CameraReady,
    ClearOverload,
    Connect,
    Disengage,
    EndSession,
    Engage,
    Event,
    FinishEpisode,
    GoToRest,
    Message,
    Phase,
    PhaseChanged,
    Problem,
    ProblemSolved,
    RecordRestPose,
    RedoEpisode,
    Release,
    RestPoseRecorded,
    SetSpeedLimit,
    Started,
    StartEpisode,
    StartRecording,
    Stop,
    StopRecording,
)
from lerobot_core.workers.recording import RECORDING
from lerobot_core.workers.rig_devices import (
    FOLLOWER,
    LEADER,
    DeviceFailed,
    RigDevices,
    device_at,
    open_rig,
)
from lerobot_core.workers.runner import CommandStream, Send, run_worker

log = logging.getLogger(__name__)

HEARTBEAT_TIMEOUT_S = 1.0
_UNCONNECTED_S = 0.05
_LEAVING_S = 6.0  # for the way to rest when the session is to end

_RECORD_COMMANDS: dict[type[Message], RecordCommand] = {
    StartEpisode: RecordCommand.START,
    FinishEpisode: RecordCommand.FINISH,
    RedoEpisode: RecordCommand.REDO,
    StopRecording: RecordCommand.STOP,
}


def main(rig_file: Path, send: Send) -> int:
    """Run a session for a rig file until told to end. Returns the process's exit code."""
    start_logging("session")
    lifeline = create_lifeline()
    commands = CommandStream()
    try:
        started = Started(pid=os.getpid(), lifeline=str(lifeline.path))
        return run_worker(
            lambda: Session(load_rig(rig_file), commands, send, lifeline).run(), send, started
        )
    finally:
        commands.close()
        if lifeline.armed:
            lifeline.close()  # the guard and the window still need it
        else:
            lifeline.remove()


class Session:
    """Carries out what the app asks for, one turn of the loop after the other."""

    def __init__(self, rig: Rig, commands: CommandStream, send: Send, lifeline: Lifeline) -> None:
        self._rig = rig
        self._commands = commands
        self._send = send
        self._lifeline = lifeline
        self._clock = WallClock()
        self._chips = Chips(rig, send)
        self._news = News(send, self._chips)
        self._devices: RigDevices | None = None
        self._drive: Drive | None = None
        self._camera_events: SimpleQueue[Event] = SimpleQueue()
        self._heard_s = self._clock.now()
        self._phase = PhaseChanged(Phase.DISCONNECTED)
        self._ends_at_s: float | None = None  # at the latest, once the end was asked for

    def run(self) -> None:
        """Connect, obey and drive until the session is to end, or its commands end."""
        try:
            self._connect()
            while not self._is_over():
                self._turn()
            if self._drive is not None:
                self._drive.leave()
        finally:
            if self._drive is not None:
                self._drive.close()

    def _is_over(self) -> bool:
        """An end that was asked for waits for the way to rest; STOP cuts that short."""
        if self._commands.has_ended or self._ends_at_s is None:
            return self._commands.has_ended
        is_moving = self._drive is not None and self._drive.is_moving
        return not is_moving or self._clock.now() > self._ends_at_s

    # One turn

    def _turn(self) -> None:
        for command in self._commands.poll():
            self._heard_s = self._clock.now()
            self._obey(command)
        self._lifeline.beat()
        self._hear_cameras()
        if self._drive is None:
            self._clock.sleep_until(self._clock.now() + _UNCONNECTED_S)
        else:
            self._advance(self._drive)
        self._report()

    def _advance(self, drive: Drive) -> None:
        try:
            silence_s = self._clock.now() - self._heard_s
            if drive.is_moving and silence_s > HEARTBEAT_TIMEOUT_S:
                drive.stop()
                raise HeartbeatLost()
            drive.turn()
        except WorkbenchError as error:
            self._stopped_by(error)

    def _obey(self, command: Message) -> None:
        try:
            self._carry_out(command)
        except (DeviceError, UnsafeAction) as error:
            self._stopped_by(error)
        except WorkbenchError as error:  # what was asked for cannot be; the arm is not concerned
            self._news.problem(error, RECORDING if isinstance(error, DatasetError) else "")

    def _carry_out(self, command: Message) -> None:
        match command:
            case Connect():
                self._connect()
            case EndSession():
                self._end()
            case Stop() if self._drive is not None:
                self._drive.stop()
            case Release() if self._drive is not None:
                self._drive.release()
            case Engage():
                self._open_drive().engage()
            case Disengage() | GoToRest():
                self._open_drive().go_to_rest()
            case RecordRestPose():
                self._record_rest_pose()
            case ClearOverload(joint):
                self._open_drive().clear_overload(joint)
            case SetSpeedLimit(fraction):
                self._open_drive().set_speed(fraction)
            case StartRecording():
                self._open_drive().start_recording(command)
            case StartEpisode() | FinishEpisode() | RedoEpisode() | StopRecording():
                self._open_drive().command_recording(_RECORD_COMMANDS[type(command)])

    def _record_rest_pose(self) -> None:
        self._rig = self._open_drive().record_rest_pose()
        self._send(RestPoseRecorded(dict(self._rig.rest_pose or {})))

    def _end(self) -> None:
        """Go to rest and let go, then end. An arm that cannot is held, and left to the guard."""
        self._ends_at_s = self._clock.now() + _LEAVING_S
        if self._drive is not None and self._drive.torque_on:
            self._drive.go_to_rest()

    def _open_drive(self) -> Drive:
        if self._drive is None:
            raise DeviceNotConnectedError(device=f"“{self._rig.name}”")
        return self._drive

    # Connecting, and losing the connection

    def _connect(self) -> None:
        """Open what is not open. What fails is told, and can be tried again."""
        if self._drive is not None:
            self._drive.open_cameras_again()
            return
        self._chips.connecting()
        self._set_phase(Phase.CONNECTING)
        try:
            self._devices = open_rig(self._rig, self._lifeline, self._camera_events.put)
        except DeviceFailed as failed:
            log.info("not connected: %s", failed)
            self._chips.failed(failed.device, failed.cause.code)
            self._news.problem(failed.cause, failed.device)
            self._set_phase(Phase.DISCONNECTED)
            return
        self._drive = Drive(
            self._devices, self._lifeline, self._clock, self._chips, self._news, self._send
        )
        self._chips.arms_connected()
        self._news.solved(FOLLOWER, LEADER, "")

    def _stopped_by(self, error: WorkbenchError) -> None:
        device = _device_of(error, self._rig)
        if self._drive is None:
            self._news.problem(error, device)
            return
        self._drive.stopped_by(error, device)
        if isinstance(error, PortLost):
            self._drive.close_lost()
            self._drive = self._devices = None
            self._chips.failed(device, error.code)

    # What the app is told

    def _hear_cameras(self) -> None:
        while True:
            try:
                event = self._camera_events.get_nowait()
            except Empty:
                return
            self._chips.on_camera_event(event)
            if isinstance(event, CameraReady) and self._devices is not None:
                self._devices.stamps.attach(event)
                self._news.solved(event.name, CAMERAS)
            if isinstance(event, CameraReady | Problem | ProblemSolved):
                self._news.tell(event)

    def _report(self) -> None:
        now_s = self._clock.now()
        if self._drive is not None:
            self._drive.report(now_s)
        self._set_phase(self._drive.phase if self._drive is not None else Phase.DISCONNECTED)
        self._chips.report(now_s)

    def _set_phase(self, phase: Phase) -> None:
        drive = self._drive
        now = (
            PhaseChanged(phase)
            if drive is None
            else PhaseChanged(
                phase,
                drive.episode,
                drive.torque_on,
                drive.torque_off_confirmed and not drive.torque_on,
            )
        )
        if now != self._phase:
            self._phase = now
            self._send(now)


def _device_of(error: WorkbenchError, rig: Rig) -> str:
    """Whose problem it is; errors of the leader's joints say so in their facts."""
    if "camera" in error.facts:
        return str(error.facts["camera"])
    if "port" in error.facts:
        return device_at(rig, str(error.facts["port"]))
    return LEADER if "leader" in str(error.facts) else FOLLOWER
