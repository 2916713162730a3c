"""Teleoperate: the operator drives the arm, and sees how well it follows."""
