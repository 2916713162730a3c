"""Robots: the arms that are driven."""
