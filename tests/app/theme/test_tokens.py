"""The contrasts that the look promises, computed from the colours themselves."""

import pytest

from app.theme.tokens import DARK, LIGHT, Tokens, contrast

GROUNDS = ("bg", "surface", "raised", "hover")
THEMES = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)

# Rounded to a tenth, as printed in the look: colour on bg / surface / raised / hover.
PRINTED = {
    "dark": {
        "text": (15.8, 14.6, 13.2, 11.6),
        "text2": (9.5, 8.7, 7.9, 6.9),
        "text3": (6.5, 6.0, 5.4, 4.7),
        "accent": (6.9, 6.4, 5.8, 5.1),
        "ok": (9.0, 8.3, 7.5, 6.6),
        "warn": (10.4, 9.6, 8.7, 7.6),
        "bad": (6.9, 6.4, 5.8, 5.0),
        "virt": (8.2, 7.6, 6.9, 6.0),
        "edge": (4.0, 3.7, 3.3, 2.9),
    },
    "light": {
        "text": (15.7, 17.5, 16.1, 14.7),
        "text2": (7.8, 8.7, 8.0, 7.3),
        "text3": (5.4, 6.0, 5.5, 5.1),
        "accent": (5.4, 6.0, 5.6, 5.1),
        "ok": (5.3, 5.9, 5.4, 5.0),
        "warn": (4.9, 5.4, 5.0, 4.6),
        "bad": (7.0, 7.8, 7.2, 6.5),
        "virt": (5.8, 6.4, 5.9, 5.4),
        "edge": (3.3, 3.7, 3.4, 3.1),
    },
}
ON_OWN_TINT = {
    "dark": {"accent": 5.6, "ok": 6.7, "warn": 8.0, "bad": 5.8, "virt": 6.7},
    "light": {"accent": 5.1, "ok": 5.1, "warn": 4.8, "bad": 6.4, "virt": 5.4},
}
SERIES_ON_PLOT = {
    "dark": (7.0, 13.8, 5.2, 5.9, 9.8, 16.4),
    "light": (4.7, 3.1, 6.3, 5.8, 7.5, 14.3),
}
CLOSE = 0.06  # rounding to a tenth, and one step of a channel


def test_contrast_of_black_and_white_is_the_largest_there_is() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@THEMES
def test_contrasts_are_as_printed_in_the_look(tokens: Tokens) -> None:
    for name, printed in PRINTED[tokens.name].items():
        colour = getattr(tokens, name)
        found = [contrast(colour, getattr(tokens, ground)) for ground in GROUNDS]
        assert found == pytest.approx(printed, abs=CLOSE), name


@THEMES
def test_colours_on_their_tints_are_as_printed(tokens: Tokens) -> None:
    for name, printed in ON_OWN_TINT[tokens.name].items():
        found = contrast(getattr(tokens, name), getattr(tokens, f"{name}_tint"))
        assert found == pytest.approx(printed, abs=CLOSE), name


@THEMES
def test_every_text_reaches_four_and_a_half(tokens: Tokens) -> None:
    inks = ("text", "text2", "text3", "accent", "ok", "warn", "bad", "virt")
    pairs = [(getattr(tokens, ink), getattr(tokens, ground)) for ink in inks for ground in GROUNDS]
    tints = ("accent", "ok", "warn", "bad", "virt")
    pairs += [(getattr(tokens, name), getattr(tokens, f"{name}_tint")) for name in tints]
    pairs += [(tokens.text2, getattr(tokens, f"{name}_tint")) for name in tints]
    pairs += [(tokens.on_accent, tokens.accent), ("#FFFFFF", tokens.stop)]
    assert min(contrast(ink, ground) for ink, ground in pairs) >= 4.5


@THEMES
def test_supporting_text_is_easy_to_read_on_tints(tokens: Tokens) -> None:
    tints = ("accent", "ok", "warn", "bad", "virt")
    least = min(contrast(tokens.text2, getattr(tokens, f"{name}_tint")) for name in tints)
    assert least >= (7.0 if tokens is DARK else 7.1) - CLOSE


@THEMES
def test_borders_of_controls_reach_three(tokens: Tokens) -> None:
    grounds = ("bg", "surface", "raised") if tokens is DARK else GROUNDS
    assert min(contrast(tokens.edge, getattr(tokens, ground)) for ground in grounds) >= 3
    assert contrast(tokens.stop, tokens.surface) >= 3


@THEMES
def test_filled_buttons_are_as_printed(tokens: Tokens) -> None:
    found = (
        contrast(tokens.on_accent, tokens.accent),
        contrast("#FFFFFF", tokens.stop),
        contrast(tokens.stop, tokens.surface),
    )
    printed = (6.9, 5.1, 3.4) if tokens is DARK else (6.0, 5.7, 5.7)
    assert found == pytest.approx(printed, abs=CLOSE)


@THEMES
def test_plot_colours_stand_out_from_their_ground(tokens: Tokens) -> None:
    found = [contrast(colour, tokens.plot) for colour in tokens.series]
    assert found == pytest.approx(SERIES_ON_PLOT[tokens.name], abs=CLOSE)
