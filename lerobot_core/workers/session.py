"""A session: one rig's devices, the loop that drives them, and the words with the app.

One thread does everything that touches an arm. Cameras and encoders live in the media
process, saving on a thread of its own, and messages are written by another thread, so that
nothing here waits for a disk, a screen or a camera.
"""

import gc
import logging
import os
import time
from pathlib import Path
from queue import Empty, SimpleQueue

from lerobot_core.control.clock import Pace, WallClock
from lerobot_core.control.record import RecordCommand
from lerobot_core.control.rig import Rig, known_rest_pose, load_rig, remember_rest_pose
from lerobot_core.control.teleoperate import Mode, Teleoperation
from lerobot_core.errors import (
    DatasetError,
    DeviceError,
    DeviceNotConnectedError,
    GuardActed,
    HeartbeatLost,
    PortLost,
    SettingInvalid,
    WorkbenchError,
)
from lerobot_core.logs import start_logging
from lerobot_core.workers.chips import Chips
from lerobot_core.workers.guarding import create_lifeline
from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest
from lerobot_core.workers.protocol import (
    CameraReady,
    Connect,
    DeviceState,
    Disengage,
    EndSession,
    Engage,
    Event,
    FinishEpisode,
    GoToRest,
    Happened,
    LoopStatistics,
    Message,
    Phase,
    PhaseChanged,
    Problem,
    ProblemSolved,
    RedoEpisode,
    Release,
    SetSpeedLimit,
    StageTiming,
    Started,
    StartEpisode,
    StartRecording,
    Stop,
    StopRecording,
    problem,
)
from lerobot_core.workers.recording import RECORDING, Recording
from lerobot_core.workers.reports import (
    SERVOS_HZ,
    STATISTICS_HZ,
    Every,
    JointBoard,
    TelemetryObserver,
)
from lerobot_core.workers.rig_devices import (
    FOLLOWER,
    LEADER,
    DeviceFailed,
    RigDevices,
    open_rig,
)
from lerobot_core.workers.runner import CommandStream, Send, run_worker

log = logging.getLogger(__name__)

HEARTBEAT_TIMEOUT_S = 1.0
IDLE_HZ = 30  # while nothing moves, as often as a screen shows it
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
        self._pace = Pace(IDLE_HZ, self._clock)
        self._devices: RigDevices | None = None
        self._driver: Teleoperation | None = None
        self._recording: Recording | None = None
        self._rest_pose = known_rest_pose(rig)
        self._board = JointBoard()
        self._chips = Chips(rig, send)
        self._camera_events: SimpleQueue[Event] = SimpleQueue()
        self._heard_s = self._clock.now()
        self._phase = PhaseChanged(Phase.DISCONNECTED)
        self._released = False
        self._rests_to_release = False
        self._is_over = False
        self._servos_due, self._statistics_due = Every(SERVOS_HZ), Every(STATISTICS_HZ)

    def run(self) -> None:
        """Connect, obey and drive until the session is to end, or its commands end."""
        try:
            self._connect()
            while not self._is_over and not self._commands.has_ended:
                self._turn()
            self._leave()
        finally:
            self._disconnect()

    # One turn

    def _turn(self) -> None:
        for command in self._commands.poll():
            self._heard_s = self._clock.now()
            self._obey(command)
        self._lifeline.beat()
        self._hear_cameras()
        if self._driver is None:
            self._clock.sleep_until(self._clock.now() + _UNCONNECTED_S)
        else:
            self._watch_over(self._driver)
            self._tick()
        self._report()

    def _tick(self) -> None:
        due_s = self._pace.wait()
        if self._driver is None:  # a stop has closed the devices
            return
        try:
            self._driver.tick(due_s)
            self._read_servos(due_s)
        except WorkbenchError as error:
            self._stopped_by(error)
        else:
            if self._rests_to_release and self._driver.is_at_rest:
                self._release()

    def _watch_over(self, driver: Teleoperation) -> None:
        """What may stop the arm besides a command: the guard, a stop request, a silent window."""
        assert self._devices is not None
        guarding = self._devices.guarding
        if guarding.has_acted():
            released = guarding.accept() is GuardState.RELEASED
            action = "switched torque off" if released else "stopped the arm, which holds"
            self._release() if released else self._stop()
            self._tell(problem(GuardActed(action=action), FOLLOWER))
        request, kind = self._lifeline.pending_request()
        if kind is not StopRequest.NONE:
            self._stop() if kind is StopRequest.HOLD else self._release()
            self._lifeline.acknowledged = request
        silence_s = self._clock.now() - self._heard_s
        if driver.mode in (Mode.FOLLOWING, Mode.RESTING) and silence_s > HEARTBEAT_TIMEOUT_S:
            self._stopped_by(HeartbeatLost())

    # Commands

    def _obey(self, command: Message) -> None:
        try:
            self._carry_out(command)
        except DeviceError as error:
            self._stopped_by(error)
        except WorkbenchError as error:  # what was asked for cannot be; the arm is not concerned
            self._tell(problem(error, RECORDING if isinstance(error, DatasetError) else ""))

    def _carry_out(self, command: Message) -> None:
        match command:
            case Connect():
                self._connect()
            case EndSession():
                self._is_over = True
            case Stop():
                self._stop()
            case Release():
                self._release()
            case Engage():
                self._engage()
            case Disengage() | GoToRest():
                self._go_to_rest()
            case SetSpeedLimit(fraction):
                self._need_driver().set_speed(fraction)
            case StartRecording():
                self._start_recording(command)
            case StartEpisode() | FinishEpisode() | RedoEpisode() | StopRecording():
                self._command_recording(_RECORD_COMMANDS[type(command)])

    def _engage(self) -> None:
        driver = self._need_driver()
        assert self._devices is not None
        if driver.mode is Mode.FOLLOWING:
            return
        self._devices.guarding.arm()
        self._set_rate(self._rig.control_hz)
        self._rests_to_release = self._released = False
        with self._devices.guarding.kept_alive():
            driver.engage()
        self._solve(FOLLOWER)

    def _stop(self) -> None:
        """Freeze and hold. With torque off there is nothing to hold."""
        driver = self._driver
        if driver is None or driver.mode is Mode.IDLE:
            return
        was_moving = driver.mode in (Mode.FOLLOWING, Mode.RESTING)
        self._rests_to_release = False
        assert self._devices is not None
        with self._devices.guarding.kept_alive():
            driver.stop()
        self._interrupt_recording()
        if was_moving:
            self._happened(DeviceState.WARN, "stopped: goal set to present, the arm holds")

    def _release(self) -> None:
        driver = self._driver
        if driver is None:
            return
        self._rests_to_release = False
        had_torque = driver.mode is not Mode.IDLE
        assert self._devices is not None
        with self._devices.guarding.kept_alive():
            driver.release()
        self._devices.guarding.disarm()
        self._released = True
        self._set_rate(IDLE_HZ)
        self._interrupt_recording()
        if had_torque:
            self._happened(DeviceState.OK, "torque off, read back from every servo")

    def _go_to_rest(self) -> None:
        driver = self._need_driver()
        if self._recording is not None:
            self._recording.command(RecordCommand.STOP)
        self._set_off_to_rest(driver)
        self._rests_to_release = driver.mode is Mode.RESTING

    def _set_off_to_rest(self, driver: Teleoperation) -> None:
        if self._rest_pose is None:
            reason = "the arm was held when it was found. Support it and release it"
            raise SettingInvalid(setting="The rest pose", reason=reason)
        driver.go_to_rest(self._rest_pose)

    def _start_recording(self, asked: StartRecording) -> None:
        driver = self._need_driver()
        assert self._devices is not None
        if self._recording is not None:
            return
        self._recording = recording = Recording(asked, self._devices, self._send)
        self._solve(RECORDING)
        driver.observers.append(recording)
        self._engage()

    def _command_recording(self, command: RecordCommand) -> None:
        if self._recording is not None:
            self._recording.command(command)

    # Connecting and leaving

    def _connect(self) -> None:
        """Open what is not open. What fails is told, and can be tried again."""
        if self._devices is not None:
            self._devices.open_cameras(self._chips.cameras_in_trouble())
            return
        self._chips.connecting()
        self._set_phase(Phase.CONNECTING)
        try:
            self._devices = devices = open_rig(self._rig, self._lifeline, self._camera_events.put)
        except DeviceFailed as failed:
            log.info("not connected: %s", failed)
            self._chips.failed(failed.device, failed.cause.code)
            self._tell(problem(failed.cause, failed.device))
            self._set_phase(Phase.DISCONNECTED)
            return
        observers = [TelemetryObserver(self._send, self._board)]
        self._driver = Teleoperation(
            devices.robot,
            devices.teleoperator,
            self._clock,
            frames=devices.stamps,
            observers=observers,
            ease_in_s=self._rig.ease_in_s,
            speed_fraction=self._rig.speed_fraction,
        )
        self._chips.arms_connected()
        self._solve(FOLLOWER, LEADER)
        if self._driver.mode is not Mode.IDLE:
            devices.guarding.arm()  # the arm was held when its last session died
        elif self._rig.rest_pose is None:
            self._rest_pose = devices.pose  # limp arms lie where they may be let go
            remember_rest_pose(self._rig, devices.pose)
        gc.collect()
        gc.freeze()  # a full collection of what was loaded would cost a tick
        self._set_rate(IDLE_HZ)

    def _leave(self) -> None:
        """The end that was asked for goes by the rest pose; any other end holds."""
        if self._recording is not None:
            self._recording.close()
        driver = self._driver
        if driver is None or driver.mode is Mode.IDLE:
            return
        if not self._is_over:
            self._stop()
            return
        try:
            self._set_off_to_rest(driver)
            deadline = self._clock.now() + _LEAVING_S
            while driver.mode is Mode.RESTING and self._clock.now() < deadline:
                self._lifeline.beat()
                driver.tick(self._pace.wait())
            if driver.is_at_rest:
                self._release()
            else:
                self._stop()
        except WorkbenchError as error:  # it holds; the guard takes over
            self._tell(problem(error, _device_of(error)))

    def _disconnect(self) -> None:
        devices, self._devices, self._driver = self._devices, None, None
        if devices is None:
            return
        if self._recording is not None:
            self._recording.close()
            self._recording = None
        if devices.robot.is_torque_on:
            devices.abandon()
        else:
            devices.close()

    # Trouble

    def _stopped_by(self, error: WorkbenchError) -> None:
        """An error ended what was going on; the driver holds the arm already."""
        log.warning("%s: %s", error.code, error)
        if isinstance(error, HeartbeatLost):
            self._stop()
        else:
            self._interrupt_recording()
        device = _device_of(error)
        self._tell(problem(error, device))
        self._happened(DeviceState.BAD, str(error))
        if isinstance(error, PortLost):
            self._lose_devices(device, error)

    def _lose_devices(self, device: str, error: WorkbenchError) -> None:
        devices, self._devices, self._driver = self._devices, None, None
        if self._recording is not None:
            self._recording.close()
            self._recording = None
        if devices is not None:
            devices.close()
        self._chips.failed(device, error.code)

    def _interrupt_recording(self) -> None:
        self._command_recording(RecordCommand.INTERRUPT)

    def _need_driver(self) -> Teleoperation:
        if self._driver is None:
            raise DeviceNotConnectedError(device=f"“{self._rig.name}”")
        return self._driver

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
                self._solve(event.name)
            if isinstance(event, CameraReady | Problem | ProblemSolved):
                self._tell(event)

    def _read_servos(self, now_s: float) -> None:
        if not self._servos_due.is_due(now_s) or self._devices is None:
            return
        robot, leader = self._devices.robot, self._devices.teleoperator
        self._board.servos = {**self._board.servos, **robot.read_servos()}
        self._chips.arm(FOLLOWER, self._board.servos, robot.stale_joints)
        self._chips.arm(LEADER, leader.read_servos(), leader.stale_joints)

    def _report(self) -> None:
        now_s = self._clock.now()
        if self._recording is not None and self._recording.is_over:
            if self._driver is not None and self._recording in self._driver.observers:
                self._driver.observers.remove(self._recording)
            self._recording = None
        self._set_phase(self._current_phase())
        self._chips.report(now_s)
        if self._driver is not None and self._statistics_due.is_due(now_s):
            self._send(self._statistics(self._driver))

    def _current_phase(self) -> Phase:
        match self._driver.mode if self._driver else None:
            case None:
                return Phase.DISCONNECTED
            case Mode.IDLE:
                return Phase.IDLE
            case Mode.HOLDING:
                return Phase.HOLDING
            case Mode.RESTING:
                return Phase.GOING_TO_REST
        return self._recording.phase if self._recording else Phase.TELEOPERATING

    def _set_phase(self, phase: Phase) -> None:
        torque_on = self._devices is not None and self._devices.robot.is_torque_on
        episode = self._recording.episode if self._recording else 0
        now = PhaseChanged(phase, episode, torque_on, self._released and not torque_on)
        if now != self._phase:
            self._phase = now
            self._send(now)

    def _statistics(self, driver: Teleoperation) -> LoopStatistics:
        assert self._devices is not None
        counts = (self._devices.robot.packets, self._devices.teleoperator.packets)
        stages = {
            name: StageTiming(time.p50_ms, time.p95_ms) for name, time in driver.stages().items()
        }
        return LoopStatistics(
            rate_hz=self._pace.recent_hz(),
            target_hz=self._pace.rate_hz,
            ticks=self._pace.ticks,
            late_ticks=self._pace.late_ticks + self._pace.skipped_ticks,
            packets=sum(total for total, _ in counts),
            lost_packets=sum(lost for _, lost in counts),
            stages=stages,
        )

    def _set_rate(self, rate_hz: float) -> None:
        self._pace = Pace(rate_hz, self._clock)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Problem):
            self._chips.trouble(event)
        self._send(event)

    def _solve(self, *devices: str) -> None:
        for device in devices:
            self._send(ProblemSolved(device))

    def _happened(self, severity: DeviceState, text: str) -> None:
        self._send(Happened(time.time(), severity, text))


def _device_of(error: WorkbenchError) -> str:
    """Whose problem it is; errors of the leader's joints say so in their facts."""
    if "camera" in error.facts:
        return str(error.facts["camera"])
    return LEADER if "leader" in str(error.facts) else FOLLOWER
