from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication

from app.resources import resource
from app.theme.icons import STATE_ICONS, icon_pixmap
from app.theme.stylesheet import stylesheet
from app.theme.theme import Theme, ThemeChoice, theme
from app.theme.tokens import DARK, LIGHT
from app.theme.type_scale import Role
from lerobot_core.workers.protocol import DeviceState


@pytest.fixture
def worn(qapp: QApplication) -> Iterator[Theme]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield theme()
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


def test_the_theme_changes_while_the_window_is_open(worn: Theme, qapp: QApplication) -> None:
    changes: list[str] = []
    worn.changed.connect(lambda: changes.append(worn.tokens.name))
    worn.choose(ThemeChoice.LIGHT)
    assert worn.tokens is LIGHT
    assert LIGHT.surface in qapp.styleSheet()
    worn.choose(ThemeChoice.DARK)
    assert worn.tokens is DARK
    assert changes == ["light", "dark"]


def test_text_size_scales_fonts_and_heights_within_bounds(worn: Theme) -> None:
    worn.set_scale(1.5)
    assert worn.px(32) == 48
    assert worn.font(Role.BODY).pixelSize() == round(13 * 1.5)
    worn.set_scale(9)
    assert worn.scale == 1.5
    worn.set_scale(0.1)
    assert worn.scale == 0.8


def test_the_bundled_fonts_are_used_and_digits_have_one_width(worn: Theme) -> None:
    body = worn.font(Role.BODY)
    assert QFontInfo(body).family() == "Inter"
    assert QFontInfo(worn.font(Role.MONO)).family() == "JetBrains Mono"
    assert body.hintingPreference() is QFont.HintingPreference.PreferNoHinting
    assert body.featureValue(QFont.Tag("tnum")) == 1


def test_fonts_carry_their_licences() -> None:
    for name in ("Inter-OFL.txt", "JetBrainsMono-OFL.txt"):
        assert "SIL OPEN FONT LICENSE" in resource(f"fonts/{name}").read_text(encoding="utf-8")


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_the_style_sheet_has_no_gap_left(tokens: object, scale: float) -> None:
    sheet = stylesheet(DARK if tokens is DARK else LIGHT, scale)
    assert "None" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_every_state_has_an_icon_that_exists(worn: Theme) -> None:
    for state in DeviceState:
        assert not icon_pixmap(STATE_ICONS[state], DARK.text, 16).isNull()


def test_an_icon_that_does_not_exist_is_a_mistake(worn: Theme) -> None:
    with pytest.raises(KeyError):
        icon_pixmap("no-such-icon", DARK.text, 16)
