"""Cameras: each writes its newest frames into a ring that other processes may map."""
