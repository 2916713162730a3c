from dataclasses import replace

from app.panels.setup.arm_look import ArmLook
from app.panels.setup.events import after
from app.panels.setup.guide import NextStep, Step, next_step
from app.panels.setup.state import SetupState
from lerobot_core.control.rig_building import RigDraft, with_camera, with_kind, with_port
from lerobot_core.workers.protocol import (
    ArmScanned,
    CameraSeen,
    DevicesSeen,
    FindingSeen,
    PortSeen,
    Problem,
)

FOLLOWER = PortSeen("/dev/ttyACM0", "/dev/serial/by-id/a", "CH343", "5A68013592")
LEADER = PortSeen("/dev/ttyACM1", "/dev/serial/by-id/b", "CH343", "5A68013107")
CAMERA = CameraSeen("C920", "/dev/video0", "/dev/v4l/by-id/c920")
FINE = ArmScanned("", "so101_follower", [], [FindingSeen("all_fine", "fine")], 6.4, 8)
BROKEN = replace(FINE, findings=[FindingSeen("silent_after", "problem", {}, [4])])


def seen(*ports: PortSeen, cameras: tuple[CameraSeen, ...] = ()) -> SetupState:
    return after(SetupState(), DevicesSeen(list(ports), list(cameras)))


def with_draft(state: SetupState, draft: RigDraft) -> SetupState:
    return replace(state, draft=draft)


def chosen() -> RigDraft:
    draft = with_port(with_kind(RigDraft(), "so101"), "follower", FOLLOWER.address)
    return with_port(draft, "leader", LEADER.address)


def scanned(state: SetupState, **scans: ArmScanned) -> SetupState:
    arms = {
        port.address: ArmLook(scan=replace(scans[name], address=port.address, kind=f"so101_{name}"))
        for name, port in (("follower", FOLLOWER), ("leader", LEADER))
        if name in scans
    }
    return replace(state, arms=arms)


def test_a_newcomer_is_led_from_the_plug_to_teleoperating() -> None:
    state = SetupState()
    assert next_step(state).step is Step.LOOK
    assert next_step(seen()).step is Step.PLUG_IN
    state = seen(FOLLOWER, LEADER, cameras=(CAMERA,))
    assert next_step(state).step is Step.CHOOSE_KIND
    state = with_draft(state, with_kind(RigDraft(), "so101"))
    assert next_step(state) == NextStep(Step.FIND_ARM, "follower")
    state = with_draft(state, with_port(state.draft, "follower", FOLLOWER.address))
    assert next_step(state) == NextStep(Step.SCAN, "follower", FOLLOWER.address)
    state = scanned(state, follower=FINE)
    assert next_step(state) == NextStep(Step.FIND_ARM, "leader")
    state = scanned(with_draft(state, chosen()), follower=FINE, leader=FINE)
    assert next_step(state).step is Step.CAMERAS
    state = with_draft(state, with_camera(state.draft, "top", {"type": "opencv"}))
    assert next_step(state).step is Step.NAME
    state = with_draft(state, replace(state.draft, name="Bench 2"))
    assert next_step(state).step is Step.SAVE
    state = replace(state, is_saved=True)
    assert next_step(state) == NextStep(Step.CALIBRATE, "follower", FOLLOWER.address)
    state = replace(state, calibrated={"follower": True})
    assert next_step(state) == NextStep(Step.CALIBRATE, "leader", LEADER.address)
    state = replace(state, calibrated={"follower": True, "leader": True})
    assert next_step(state).step is Step.TELEOPERATE


def test_what_is_broken_comes_before_what_is_next() -> None:
    state = scanned(with_draft(seen(FOLLOWER, LEADER), chosen()), follower=BROKEN)
    assert next_step(state) == NextStep(Step.REPAIR, "follower", FOLLOWER.address)
    state = after(scanned(state, follower=FINE), Problem("port_lost", {}, FOLLOWER.address))
    assert next_step(state) == NextStep(Step.REPAIR, "follower", FOLLOWER.address)


def test_permission_is_asked_for_where_no_port_may_be_opened() -> None:
    denied = replace(FOLLOWER, is_allowed=False, obstacle="not_in_group")
    state = with_draft(seen(denied), with_kind(RigDraft(), "so101"))
    assert next_step(state) == NextStep(Step.GET_PERMISSION, "follower", denied.address)
    state = with_draft(seen(denied, LEADER), with_kind(RigDraft(), "so101"))
    assert next_step(state) == NextStep(Step.FIND_ARM, "follower")


def test_a_port_of_the_rig_that_is_pulled_out_is_to_be_plugged_in() -> None:
    state = with_draft(seen(LEADER), chosen())
    assert next_step(state) == NextStep(Step.PLUG_IN, "follower", FOLLOWER.address)


def test_a_saved_rig_needs_no_scan_again() -> None:
    draft = replace(chosen(), name="Bench 2")
    ready = {"follower": True, "leader": True}
    state = replace(with_draft(seen(FOLLOWER, LEADER), draft), is_saved=True, calibrated=ready)
    assert next_step(state).step is Step.TELEOPERATE
