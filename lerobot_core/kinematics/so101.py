"""Frames of the SO-101 arm.

Source: numbers of the public SO-101 CAD export, “new calibration” model: at an angle of 0 a joint
is in the middle of its calibrated range, except the gripper (−0.1745 closed, 1.7453 open).
"""

from lerobot_core.kinematics.chain import ArmChain, Frame

BASE = Frame("base", (0, 0, 0), (1, 0, 0, 0))
ARM = (
    Frame(
        "shoulder",
        (0.038835, -8.9766e-09, 0.0624),
        (0, 0, -1, 0),
        "shoulder_pan",
        -1.9199,
        1.9199,
    ),
    Frame(
        "upper_arm",
        (-0.030399, -0.018278, -0.0542),
        (0.5, -0.5, -0.5, -0.5),
        "shoulder_lift",
        -1.7453,
        1.7453,
    ),
    Frame("lower_arm", (-0.11257, -0.028, 0), (0.70711, 0, 0, 0.70711), "elbow_flex", -1.69, 1.69),
    Frame("wrist", (-0.1349, 0.0052, 0), (0.70711, 0, 0, -0.70711), "wrist_flex", -1.6581, 1.6581),
    Frame(
        "gripper",
        (0, -0.0611, 0.0181),
        (0.017209, -0.017209, 0.7069, 0.7069),
        "wrist_roll",
        -2.7438,
        2.8412,
    ),
)
TOOL = Frame("gripperframe", (-0.0079, -0.00021812, -0.098127), (0.70711, 0, 0.70711, 0))
"""The tool point: the tip of the fixed jaw, on its inner face; in the gripper's frame."""

MOVING_JAW = Frame(
    "moving_jaw",
    (0.0202, 0.0188, -0.0234),
    (0.70711, 0.70711, -1.8536e-08, 1.8536e-08),
    "gripper",
    -0.17453,
    1.7453,
)
"""The jaw that opens, in the gripper's frame. No part of the chain to the tool point."""

SO101 = ArmChain((BASE, *ARM, TOOL))
"""Base to tool point; its joints are the arm's without the gripper."""
