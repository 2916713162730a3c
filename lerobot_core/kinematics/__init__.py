"""Described arms in space: where the tool is, how to bring it elsewhere, and small steps."""
