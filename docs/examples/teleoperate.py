"""Let a leader arm drive a follower.

    python docs/examples/teleoperate.py                          # the virtual arms
    python docs/examples/teleoperate.py --follower /dev/ttyACM0 --leader /dev/ttyACM1

Arms on real ports need calibration files named my_follower and my_leader.
"""

import argparse
import time

from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.robots import SO101FollowerConfig
from lerobot_core.teleoperators import SO101LeaderConfig

HZ = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--follower", metavar="PORT")
    parser.add_argument("--leader", metavar="PORT")
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()

    install_virtual_calibrations()
    rig = virtual_rig()
    robot_config, leader_config = rig.robot, rig.teleoperator
    if given.follower and given.leader:
        robot_config = SO101FollowerConfig(port=given.follower, id="my_follower")
        leader_config = SO101LeaderConfig(port=given.leader, id="my_leader")

    with leader_config.build() as leader, robot_config.build() as robot:
        leader.engaged(True)  # the virtual leader begins to play; a real one is in your hand
        begin = time.monotonic()
        for tick in range(round(given.seconds * HZ)):
            observation = robot.get_observation()
            sent = robot.send_action(leader.get_action())
            time.sleep(max(0.0, begin + (tick + 1) / HZ - time.monotonic()))
        for joint, target in sent.items():
            print(f"{joint:20} {observation[joint]:7.1f} → {target:7.1f}")
    # On the way out torque went off before anything else.


if __name__ == "__main__":
    main()
