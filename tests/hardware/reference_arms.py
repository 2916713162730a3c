"""Drives one arm with the public lerobot package. Run by its interpreter, never by ours.

Takes one line of JSON per request on standard input and answers each with one line that starts
with ``ANSWER``. What lerobot itself prints, and what its calibration asks, goes to standard
output in between, as for an operator at a terminal; answers to that come on standard input too.

    {"do": "open", "kind": "so101_follower", "port": "/dev/ttyACM0", "id": "a", "folder": "…"}
    {"do": "ping"} {"do": "connect"} {"do": "calibrate"} {"do": "observe"}
    {"do": "move", "targets": {"gripper.pos": 30.0}, "seconds": 1.5} {"do": "close", "hold": true}
"""

import json
import sys
import time
from importlib import import_module
from pathlib import Path

MARK = "ANSWER "
KINDS = {
    "so101_follower": ("lerobot.robots.so_follower", "SO101Follower", "SO101FollowerConfig"),
    "koch_follower": ("lerobot.robots.koch_follower", "KochFollower", "KochFollowerConfig"),
    "so101_leader": ("lerobot.teleoperators.so_leader", "SO101Leader", "SO101LeaderConfig"),
    "koch_leader": ("lerobot.teleoperators.koch_leader", "KochLeader", "KochLeaderConfig"),
}
RATE_HZ = 50
PATIENCE_MS = 1000


def be_patient(port_handler):
    """Let an SDK wait longer for a packet than the 34 ms or 50 ms that are enough over USB.

    lerobot gives up at the first packet that does not come, and a bench that shares two processors
    with other programs is sometimes late.
    """
    usual = port_handler.setPacketTimeout

    def longer(packet_length):
        usual(packet_length)
        port_handler.packet_timeout += PATIENCE_MS

    port_handler.setPacketTimeout = longer


class Session:
    """One arm at a time."""

    def __init__(self):
        self.arm = None

    def open(self, kind, port, id, folder):
        module, arm, config = KINDS[kind]
        place = import_module(module)
        settings = {"port": port, "id": id, "calibration_dir": Path(folder)}
        self.arm = getattr(place, arm)(getattr(place, config)(**settings))
        be_patient(self.arm.bus.port_handler)
        return {"calibration_file": str(self.arm.calibration_fpath)}

    def ping(self):
        """Who answers a broadcast on a port that was opened without further checks."""
        self.arm.bus.connect(handshake=False)
        found = self.arm.bus.broadcast_ping()
        self.arm.bus.disconnect(disable_torque=False)
        return {"found": {str(servo): model for servo, model in (found or {}).items()}}

    def connect(self):
        """As its programs do; it asks on standard output if the calibration does not fit."""
        self.arm.connect()
        return {"is_calibrated": self.arm.is_calibrated}

    def calibrate(self):
        """All of its calibration, prompts included."""
        if not self.arm.bus.is_connected:
            self.arm.bus.connect()
        self.arm.calibrate()
        return {"is_calibrated": self.arm.is_calibrated}

    def observe(self):
        is_robot = hasattr(self.arm, "get_observation")
        return {"joints": self.arm.get_observation() if is_robot else self.arm.get_action()}

    def move(self, targets, seconds):
        """From where the arm is to ``targets``, in a straight line of small steps."""
        start = self.arm.get_observation()
        steps = max(int(seconds * RATE_HZ), 1)
        for step in range(1, steps + 1):
            share = step / steps
            self.arm.send_action(
                {key: start[key] + (end - start[key]) * share for key, end in targets.items()}
            )
            time.sleep(1 / RATE_HZ)
        time.sleep(0.5)  # the joints follow their goals a little later
        return self.observe()

    def close(self, hold=False):
        if self.arm.bus.is_connected:
            self.arm.bus.disconnect(disable_torque=not hold)
        return {}


def main():
    session = Session()
    while line := sys.stdin.readline():
        request = json.loads(line)
        try:
            answer = getattr(session, request.pop("do"))(**request)
        except Exception as error:  # told to the test, which says what was expected
            answer = {"error": f"{type(error).__name__}: {error}"}
        print("\n" + MARK + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
