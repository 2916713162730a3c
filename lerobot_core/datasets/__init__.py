"""LeRobotDataset v3.0: writing, reading, video, statistics."""
