"""An open rig: what the operator can do with it, and what is done about trouble.

Everything here runs on the session's one thread. Saving runs on a thread of its own, cameras
and encoders in the media process; nothing here waits for a disk, a screen or a camera.
"""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from lerobot_core.control.clock import Clock, Pace
from lerobot_core.control.mode import Mode
from lerobot_core.control.record import RecordCommand
from lerobot_core.control.rig import Rig, known_rest_pose, record_rest_pose, remember_rest_pose
from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.errors import DeviceError, GuardActed, SettingInvalid, WorkbenchError
from lerobot_core.workers.chips import Chips
from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest
from lerobot_core.workers.news import News
from lerobot_core.workers.protocol import DeviceState, Phase, StartRecording
from lerobot_core.workers.recording import RECORDING, Recording
from lerobot_core.workers.reports import (
    PHASES,
    SERVOS_HZ,
    STATISTICS_HZ,
    Every,
    JointBoard,
    TelemetryObserver,
    loop_statistics,
)
from lerobot_core.workers.rig_devices import FOLLOWER, LEADER, RigDevices
from lerobot_core.workers.runner import Send
from lerobot_core.workers.servo_news import ServoNews

log = logging.getLogger(__name__)

IDLE_HZ = 30  # while nothing moves, as often as a screen shows it


class Drive:
    """The loop over one rig's devices, from connecting to letting go."""

    def __init__(
        self,
        devices: RigDevices,
        lifeline: Lifeline,
        clock: Clock,
        chips: Chips,
        news: News,
        send: Send,
    ) -> None:
        self._devices = devices
        self._lifeline = lifeline
        self._clock = clock
        self._chips = chips
        self._news = news
        self._send = send
        self._rig = rig = devices.rig
        self._board = JointBoard()
        self._loop = Teleoperation(
            devices.robot,
            devices.teleoperator,
            clock,
            frames=devices.stamps,
            observers=[TelemetryObserver(send, self._board)],
            ease_in_s=rig.ease_in_s,
            speed_fraction=rig.speed_fraction,
        )
        self._pace = Pace(IDLE_HZ, clock)
        self._servo_news = ServoNews(news)
        self._recording: Recording | None = None
        self._rest_pose = known_rest_pose(rig)
        self._releases_at_rest = False
        self.torque_off_confirmed = False
        self._servos_due, self._statistics_due = Every(SERVOS_HZ), Every(STATISTICS_HZ)
        self._begin_as_found()
        gc.collect()
        gc.freeze()  # a full collection of what was loaded would cost a tick

    # What the operator asks for

    def engage(self) -> None:
        """Torque on, easing in to where the teleoperator points. Raises DeviceError."""
        if self._loop.mode is Mode.FOLLOWING:
            return
        self._releases_at_rest = self.torque_off_confirmed = False
        self._devices.guarding.arm()
        self._pace = Pace(self._rig.control_hz, self._clock)
        self._servo_news.forget_trouble()
        with self._bus_work():
            self._loop.engage()
        self._news.solved(FOLLOWER, LEADER)

    def stop(self) -> None:
        """Freeze and hold. With torque off there is nothing to hold."""
        if self._loop.mode is Mode.IDLE:
            return
        self._releases_at_rest = False
        was_moving = self.is_moving
        with self._bus_work():
            self._loop.stop()
        self.command_recording(RecordCommand.INTERRUPT)
        if was_moving:
            self._news.happened(DeviceState.WARN, "stopped: goal set to present, the arm holds")

    def release(self) -> None:
        """Torque off at once, read back. Raises TorqueNotOff."""
        self._releases_at_rest = False
        had_torque = self._loop.mode is not Mode.IDLE
        with self._bus_work():
            self._loop.release()
        self.torque_off_confirmed = True
        self._pace = Pace(IDLE_HZ, self._clock)
        self.command_recording(RecordCommand.INTERRUPT)
        if had_torque:
            self._news.happened(DeviceState.OK, "torque off, read back from every servo")

    def go_to_rest(self) -> None:
        """Set off to the rest pose, and let go there. A recording is finished."""
        self.command_recording(RecordCommand.STOP)
        if self._rest_pose is None:
            reason = "the arm was held when it was found. Support it and release it"
            raise SettingInvalid(setting="The rest pose", reason=reason)
        self._loop.go_to_rest(self._rest_pose)
        self._releases_at_rest = self._loop.mode is Mode.RESTING

    def record_rest_pose(self) -> Rig:
        """The arm rests where it is now from now on. Raises SettingInvalid while it moves."""
        if self.is_moving or self._loop.newest is None:
            raise SettingInvalid(setting="The rest pose", reason="the arm moves")
        self._rest_pose = self._loop.newest.observed
        self._rig = record_rest_pose(self._rig, self._rest_pose)
        return self._rig

    def clear_overload(self, joint: str) -> None:
        """Let one servo hold its joint again, where that is. Raises DeviceError."""
        if self.is_moving:
            self.stop()
        self._servo_news.forget_trouble()
        with self._bus_work():
            self._loop.clear_overload(joint)
        self._news.solved(FOLLOWER)
        if self.torque_on:
            self._news.happened(DeviceState.OK, f"{joint} holds again, where it is")

    def set_speed(self, fraction: float) -> None:
        self._loop.set_speed(fraction)

    def start_recording(self, asked: StartRecording) -> None:
        """Raises what the plan lacks; then nothing was made, and nothing moves."""
        if self._recording is not None:
            return
        recording = Recording(asked, self._devices, self._send)
        self._news.solved(RECORDING)
        self._recording = recording
        self._loop.observers.append(recording)
        self.engage()

    def command_recording(self, command: RecordCommand) -> None:
        if self._recording is not None:
            self._recording.command(command)

    def open_cameras_again(self) -> None:
        self._devices.open_cameras(self._chips.cameras_in_trouble())

    # One turn

    def turn(self) -> None:
        """Wait for the next deadline, and tick. The arm holds whenever this raises."""
        self._obey_lifeline()
        due_s = self._pace.wait()
        self._loop.tick(due_s)
        if self._servos_due.is_due(due_s):
            self._tell_servos()
        if self._releases_at_rest and self._loop.is_at_rest:
            self.release()

    def stopped_by(self, error: WorkbenchError, device: str) -> None:
        """An error ended what was going on; tell the story of it."""
        log.warning("%s: %s", error.code, error)
        self._releases_at_rest = False
        self.command_recording(RecordCommand.INTERRUPT)
        self._settle_guard()
        if isinstance(error, DeviceError):
            self._servo_news.told(error)
        self._news.problem(error, device)
        self._news.happened(DeviceState.BAD, str(error))

    def _obey_lifeline(self) -> None:
        """What may stop the arm without a command: the guard has acted, or a request to it."""
        guarding = self._devices.guarding
        if guarding.has_acted():
            released = guarding.accept() is GuardState.RELEASED
            action = "switched torque off" if released else "stopped the arm, which holds"
            self._news.problem(GuardActed(action=action), FOLLOWER)
            self.release() if released else self.stop()
        request, kind = self._lifeline.pending_request()
        if kind is not StopRequest.NONE:
            self._lifeline.acknowledged = request
            self.stop() if kind is StopRequest.HOLD else self.release()

    def _tell_servos(self) -> None:
        leader, loop = self._devices.teleoperator, self._loop
        self._board.servos, self._board.limits_s = loop.vigil.readings, loop.vigil.seconds_left
        self._chips.arm(
            FOLLOWER,
            loop.vigil.readings,
            self._devices.robot.stale_joints,
            loop.vigil.findings,
            loop.trouble,
        )
        self._servo_news.tell(loop)
        self._chips.arm(LEADER, leader.read_servos(), leader.stale_joints)

    # What it is like

    @property
    def is_moving(self) -> bool:
        return self._loop.mode in (Mode.FOLLOWING, Mode.RESTING)

    @property
    def torque_on(self) -> bool:
        return self._devices.robot.is_torque_on

    @property
    def phase(self) -> Phase:
        if self._loop.mode is Mode.FOLLOWING and self._recording is not None:
            return self._recording.phase
        return PHASES[self._loop.mode]

    @property
    def episode(self) -> int:
        """The one being recorded, counted from 1; 0 without a recording."""
        return self._recording.episode if self._recording is not None else 0

    def report(self, now_s: float) -> None:
        if self._recording is not None and self._recording.is_over:
            self._loop.observers.remove(self._recording)
            self._recording = None
        if self._statistics_due.is_due(now_s):
            self._send(loop_statistics(self._loop, self._pace))

    # The end

    def leave(self) -> None:
        """Whatever still moves is stopped and holds."""
        self.close_recording()
        try:
            self.stop()
        except WorkbenchError as error:  # the guard takes over
            self._news.problem(error, FOLLOWER)

    def close_recording(self) -> None:
        """Save the take in progress; waits for the disk."""
        if self._recording is not None:
            self._recording.close()
            self._recording = None

    def close(self) -> None:
        """Close the devices; an arm with torque on is left to the guard."""
        self.close_recording()
        if self.torque_on:
            self._devices.abandon()
        else:
            self._devices.close()

    def close_lost(self) -> None:
        """Close what is left when a port is gone: there is nobody to be told to hold."""
        if self.torque_on:
            text = "nobody can reach the servos: the arm may still be stiff where it was"
            self._news.happened(DeviceState.WARN, text)
        self._servo_news.withdraw()
        self.close_recording()
        self._devices.close()

    # Details

    def _begin_as_found(self) -> None:
        """An arm that is limp lies where it may be let go; one that is held stays held."""
        if self._loop.mode is not Mode.IDLE:
            self._devices.guarding.arm()  # the arm was held when its last session died
        elif self._rig.rest_pose is None:
            self._rest_pose = self._devices.pose
            remember_rest_pose(self._rig, self._devices.pose)

    @contextmanager
    def _bus_work(self) -> Iterator[None]:
        """Work that takes many exchanges; the guard is told of its outcome."""
        with self._devices.guarding.kept_alive():
            try:
                yield
            finally:
                self._settle_guard()

    def _settle_guard(self) -> None:
        """Armed exactly while torque may be on."""
        if not self.torque_on:
            self._devices.guarding.disarm()
