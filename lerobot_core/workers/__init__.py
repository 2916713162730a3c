"""Processes that hold devices (sessions), do long work (jobs), or watch over an arm (the guard)."""
