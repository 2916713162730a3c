"""The loop that drives a robot, and everything that may watch it."""
