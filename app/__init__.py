"""The window of LeRobot Workbench. Shows and asks; robot work happens in workers."""
