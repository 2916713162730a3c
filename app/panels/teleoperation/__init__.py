"""Teleoperate: the operator drives the arm, and sees how well it follows.

Empty on purpose: the controller is needed before the view with its plots is loaded.
"""
