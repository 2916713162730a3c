"""Record two short episodes of the virtual arm from a script, and read them back.

python docs/examples/record_and_read.py FOLDER
"""

import argparse
from pathlib import Path

from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.datasets import LeRobotDataset
from lerobot_core.datasets.schema import features_from_hardware

FPS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    root = parser.parse_args().folder / "by_script"

    install_virtual_calibrations()
    rig = virtual_rig()
    with rig.teleoperator.build() as leader, rig.robot.build() as robot:
        features = features_from_hardware(robot.observation_features, robot.action_features)
        dataset = LeRobotDataset.create(
            "me/by_script",
            fps=FPS,
            root=root,
            robot_type=robot.name,
            features={key: feature.to_dict() for key, feature in features.items()},
        )
        leader.engaged(True)
        for _ in range(2):
            for _ in range(5):
                observation = robot.get_observation()
                sent = robot.send_action(leader.get_action())
                dataset.add_frame(
                    {
                        "observation.state": [observation[joint] for joint in sent],
                        "action": list(sent.values()),
                        "observation.images.top": observation["top"],
                        "observation.images.wrist": observation["wrist"],
                        "task": "Put the cube in the bin",
                    }
                )
            dataset.save_episode()
        dataset.finalize()

    dataset = LeRobotDataset("me/by_script", root=root, delta_timestamps={"action": [0, 1 / FPS]})
    frame = dataset[7]
    print(len(dataset), dataset.meta.total_episodes, frame["task"])
    print(frame["action"].shape, frame["observation.images.top"].shape)


if __name__ == "__main__":
    main()
