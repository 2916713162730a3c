"""Faults: breaks a virtual bench on purpose, and moves its joints by hand.

Empty on purpose: the controller is needed before the view is loaded.
"""
