"""The session worker on virtual rigs of every kind: drive, stop and release."""

import pytest
from session_driver import SessionDriver

from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import CameraReady, Engage, Phase, Release, Stop, Telemetry


@pytest.mark.parametrize("name", ["koch", "bi_so101", "bi_koch"])
def test_a_virtual_arm_is_driven_stopped_and_released(name: str) -> None:
    install_virtual_calibrations()
    bench = BenchClient(name)
    try:
        with SessionDriver(virtual_rig(name)) as session:
            session.wait_for_phase(Phase.IDLE)
            for camera in ("top", "wrist"):
                session.wait_for(CameraReady, lambda ready, name=camera: ready.name == name)
            session.send(Engage())
            since = session.mark()
            assert session.wait_for_phase(Phase.TELEOPERATING).torque_on
            joints = session.wait_for(Telemetry, since=since).joints
            first = {joint: row.position for joint, row in joints.items()}
            assert len(first) == (12 if name.startswith("bi") else 6)
            for joint, start in first.items():
                session.wait_for(
                    Telemetry,
                    lambda event, joint=joint, start=start: (
                        event.joints[joint].position is not None
                        and abs(event.joints[joint].position - start) > 3
                    ),
                    since=since,
                )
            session.send(Stop())
            assert session.wait_for_phase(Phase.HOLDING).torque_on
            since = session.mark()
            session.send(Release())
            assert session.wait_for_phase(Phase.IDLE, since=since).torque_off_confirmed
    finally:
        bench.end_bench()
