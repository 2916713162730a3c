"""Colours of the window in both themes. Pure: no Qt.

Values are those of the look; the test beside this module computes every contrast from them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a colour says. Never said by colour alone: an icon and a word go with it."""

    NEUTRAL = "neutral"
    ACCENT = "accent"  # in progress, selected
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    VIRTUAL = "virt"  # a virtual rig only, never a status


@dataclass(frozen=True)
class Tokens:
    """One theme: each colour as ``#RRGGBB``."""

    name: str

    bg: str  # window
    surface: str  # cards, top bar, rail, job strip
    raised: str  # secondary buttons, chips, inset boxes
    track: str  # segmented control
    hover: str  # hover, grooves of bars
    line: str  # separators and card borders: decoration only
    edge: str  # border of anything one types into or picks from

    text: str
    text2: str  # supporting
    text3: str  # hints, units, column heads, disabled

    accent: str
    on_accent: str
    accent_tint: str
    accent_hover: str
    accent_pressed: str

    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    bad: str
    bad_tint: str
    virt: str
    virt_tint: str

    stop: str  # STOP and Release; white on it
    stop_hover: str
    stop_pressed: str

    focus: str  # focus ring
    well: str  # behind pictures, dark in both themes
    plot: str
    grid: str

    series: tuple[str, ...]  # joint n has colour n on every screen

    def of(self, tone: Tone) -> str:
        """The text and icon colour of a tone."""
        return self.text2 if tone is Tone.NEUTRAL else str(getattr(self, tone.value))

    def tint(self, tone: Tone) -> str:
        """The ground under a tone."""
        return self.raised if tone is Tone.NEUTRAL else str(getattr(self, f"{tone.value}_tint"))


DARK = Tokens(
    name="dark",
    bg="#0F1115",
    surface="#171A20",
    raised="#1F232B",
    track="#1F232B",
    hover="#282D37",
    line="#2A303A",
    edge="#6B7482",
    text="#E8EBEF",
    text2="#B0B8C4",
    text3="#8F98A6",
    accent="#5B9DFF",
    on_accent="#08131F",
    accent_tint="#16263F",
    accent_hover="#7DB1FF",
    accent_pressed="#4386E8",
    ok="#3CC8A0",
    ok_tint="#12302A",
    warn="#F2B63C",
    warn_tint="#33280F",
    bad="#FF6B81",
    bad_tint="#3B1720",
    virt="#B79BFF",
    virt_tint="#271F40",
    stop="#D4291C",
    stop_hover="#BE2418",
    stop_pressed="#9E1C12",
    focus="#9CC5FF",
    well="#0B0D10",
    plot="#12151A",
    grid="#262C35",
    series=("#5AA2FF", "#FFDD66", "#129B78", "#E8703F", "#F2A7D8", "#F0F3F7"),
)

LIGHT = Tokens(
    name="light",
    bg="#F1F3F6",
    surface="#FFFFFF",
    raised="#F4F6F8",
    track="#E8ECF1",
    hover="#E8ECF1",
    line="#DCE1E7",
    edge="#7C8694",
    text="#161A20",
    text2="#434C59",
    text3="#5A6471",
    accent="#1D5FC4",
    on_accent="#FFFFFF",
    accent_tint="#E3EDFB",
    accent_hover="#174FA6",
    accent_pressed="#123F86",
    ok="#0B7258",
    ok_tint="#DFF3EC",
    warn="#8C6200",
    warn_tint="#FCF0D3",
    bad="#A3123A",
    bad_tint="#FBE4EA",
    virt="#6B3FD4",
    virt_tint="#EFE9FD",
    stop="#C8200F",
    stop_hover="#AB1B0D",
    stop_pressed="#8C1509",
    focus="#1D5FC4",
    well="#0B0D10",
    plot="#FBFCFD",
    grid="#E4E8ED",
    series=("#2A6FDB", "#B98900", "#0A6B53", "#B83312", "#8E2A70", "#23292F"),
)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21. Source: WCAG 2.1, “contrast ratio”."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
