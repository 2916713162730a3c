"""Sizes and weights of text, and the steps of space. Pure: no Qt."""

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a text is for."""

    DISPLAY = "display"  # the recording timer
    STATE = "state"
    FIGURE = "figure"  # counts, rates, gauges
    TITLE = "title"  # panel title
    ACTION = "action"  # STOP, bench buttons
    HEADING = "heading"  # card titles, selected items
    BODY = "body"
    SMALL = "small"  # status words, form labels
    HINT = "hint"
    COLUMN = "column"  # column heads, axis ticks, key caps
    MONO = "mono"  # ports, paths, times with milliseconds


class TextStyle(NamedTuple):
    size_px: int
    weight: int
    colour: str  # name of a token


TEXT_STYLES = {
    Role.DISPLAY: TextStyle(40, 600, "text"),
    Role.STATE: TextStyle(22, 600, "text"),
    Role.FIGURE: TextStyle(20, 600, "text"),
    Role.TITLE: TextStyle(18, 600, "text"),
    Role.ACTION: TextStyle(15, 600, "text"),
    Role.HEADING: TextStyle(13, 600, "text"),
    Role.BODY: TextStyle(13, 400, "text"),
    Role.SMALL: TextStyle(12, 400, "text2"),
    Role.HINT: TextStyle(12, 400, "text3"),
    Role.COLUMN: TextStyle(11, 500, "text3"),
    Role.MONO: TextStyle(12, 400, "text2"),
}

# Fonts of our own first, then those found on most machines; other scripts by the system.
SANS_FAMILIES = ("Inter", "Noto Sans", "Segoe UI", "DejaVu Sans")
MONO_FAMILIES = ("JetBrains Mono", "DejaVu Sans Mono", "Consolas", "monospace")

MIN_SCALE, MAX_SCALE = 0.8, 1.5

CARD_RADIUS, CONTROL_RADIUS, SEGMENT_RADIUS, PILL_RADIUS = 8, 6, 5, 4
