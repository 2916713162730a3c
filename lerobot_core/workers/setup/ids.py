"""Giving an arm's servos their ids: one by one as they are plugged in alone, or in place."""

from contextlib import ExitStack, closing

from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.id_moves import give_ids_in_place
from lerobot_core.motors.id_setup import IdSetup
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.workers.protocol import (
    BeginIds,
    ChooseJoint,
    IdsState,
    LookForServo,
    SkipJoint,
    WriteId,
)
from lerobot_core.workers.setup.arms import arm_at
from lerobot_core.workers.setup.desk import Desk
from lerobot_core.workers.setup.scanning import finding_seen, servo_seen

_LOOK_EVERY_S = 1.0


class GivingIds:
    """Looks again and again who is plugged in alone; writes only when told to."""

    def __init__(self, asked: BeginIds) -> None:
        self._asked = asked

    def __call__(self, desk: Desk) -> None:
        self._desk = desk
        address = self._asked.address
        self._motors = arm_at(address, self._asked.kind).motors
        with ExitStack() as stack:
            desk.take(stack, address)
            link = stack.enter_context(closing(open_link(address, DEFAULT_BAUDRATE)))
            if self._asked.in_place:
                desk.tell(self._in_place_state(self._give_in_place(link, desk)))
                return
            setup = IdSetup(link, self._motors, done=self._asked.done)
            self._give_one_by_one(setup, desk)

    def _give_in_place(self, link: SerialLink, desk: Desk) -> list[Finding]:
        present = self._asked.present
        try:
            return give_ids_in_place(link, self._motors, present, progress=desk)
        except ValueError as error:
            reason = "every joint has to have one id, each another"
            raise SettingInvalid(setting="The ids", reason=reason) from error

    def _give_one_by_one(self, setup: IdSetup, desk: Desk) -> None:
        command: object = LookForServo(self._asked.address)
        while setup.wanted is not None:
            if isinstance(command, ChooseJoint):
                self._choose(setup, command.joint, desk)
            elif isinstance(command, SkipJoint):
                setup.skip()
            written = setup.write(progress=desk) if isinstance(command, WriteId) else []
            desk.tell(self._state(setup, written))
            command = desk.next(_LOOK_EVERY_S)
        desk.tell(self._state(setup, []))

    def _choose(self, setup: IdSetup, joint: str, desk: Desk) -> None:
        try:
            setup.redo(joint)
        except UnknownChoice as error:
            desk.problem(error)

    def _state(self, setup: IdSetup, written: list[Finding]) -> IdsState:
        looked = setup.look(_Ending(self._desk)) if setup.wanted is not None else None
        findings = written or (looked.findings if looked else [])
        return IdsState(
            address=self._asked.address,
            kind=self._asked.kind,
            joints={joint: self._motors[joint].id for joint in setup.order},
            done=list(setup.done),
            wanted=setup.wanted or "",
            found=servo_seen(looked.servo) if looked and looked.servo else None,
            can_write=looked is not None and looked.can_write,
            findings=[finding_seen(finding) for finding in findings],
        )

    def _in_place_state(self, findings: list[Finding]) -> IdsState:
        done = [str(finding.facts["joint"]) for finding in findings if finding.code == "setup_done"]
        return IdsState(
            address=self._asked.address,
            kind=self._asked.kind,
            joints={joint: motor.id for joint, motor in self._motors.items()},
            done=done,
            findings=[finding_seen(finding) for finding in findings],
        )


class _Ending:
    """Progress that is not told: looking again and again may be ended all the same."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def report(self, fraction: float, doing: str) -> None:
        self._desk.check()
