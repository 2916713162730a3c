"""Byte links to chains of servos: real ports, and whatever an address scheme names."""
