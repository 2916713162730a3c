"""Robots, datasets and workers of LeRobot Workbench. Knows no Qt; importing it is cheap."""
