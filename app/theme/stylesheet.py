"""The style sheet of the parts that Qt paints itself. Pure: text in, text out.

Buttons, chips, tables and pictures paint themselves from the tokens; what is left to Qt's
style sheets are texts, fields, lists and scroll bars.
"""

from app.theme.tokens import Tokens, Tone
from app.theme.type_scale import MONO_FAMILIES, SANS_FAMILIES, TEXT_STYLES, Role


def stylesheet(tokens: Tokens, scale: float) -> str:
    """Build the style sheet for one theme. ``scale`` (0.8 to 1.5) multiplies fonts and heights."""
    return "\n".join(
        (
            _base(tokens, scale),
            _texts(tokens, scale),
            _fields(tokens, scale),
            _lists(tokens, scale),
            _sliders(tokens, scale),
            _scroll_bars(tokens),
        )
    )


def _px(value: float, scale: float) -> str:
    return f"{round(value * scale)}px"


def _families(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _base(t: Tokens, scale: float) -> str:
    return f"""
QWidget {{ font-family: {_families(SANS_FAMILIES)}; font-size: {_px(13, scale)}; color: {t.text}; }}
QMainWindow, QWidget#window, QDialog {{ background: {t.bg}; }}
QScrollArea, QScrollArea > QWidget > QWidget#scrolled {{ background: transparent; border: 0; }}
QToolTip {{
    background: {t.raised}; color: {t.text}; border: 1px solid {t.line};
    padding: 4px 6px; font-size: {_px(12, scale)};
}}
"""


def _texts(t: Tokens, scale: float) -> str:
    rules = []
    for role, style in TEXT_STYLES.items():
        family = f" font-family: {_families(MONO_FAMILIES)};" if role is Role.MONO else ""
        rules.append(
            f'QLabel[role="{role}"] {{ font-size: {_px(style.size_px, scale)};'
            f" font-weight: {style.weight}; color: {getattr(t, style.colour)};{family} }}"
        )
    for tone in Tone:
        rules.append(f'QLabel[tone="{tone}"] {{ color: {t.of(tone)}; }}')
    rules.append(f'QLabel[quiet="true"] {{ color: {t.text2}; }}')
    rules.append("QLabel { background: transparent; }")
    return "\n".join(rules)


def _fields(t: Tokens, scale: float) -> str:
    # A border that grows by a pixel takes it from the padding, so that no text moves.
    return f"""
QLineEdit, QSpinBox, QDoubleSpinBox, QPlainTextEdit {{
    background: {t.bg if t.name == "dark" else t.surface}; color: {t.text};
    border: 1px solid {t.edge}; border-radius: 6px; padding: 0 7px;
    selection-background-color: {t.accent}; selection-color: {t.on_accent};
}}
QAbstractSpinBox QLineEdit {{
    border: 0; padding: 0; min-height: 0; background: transparent;
}}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    /* Qt gives a styled box without buttons an editor one pixel wide; so they are there, unseen. */
    width: 1px; height: 1px; border: 0; background: transparent; subcontrol-origin: border;
}}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow {{ image: none; width: 0; height: 0; }}
QPlainTextEdit {{ padding: 6px; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus {{
    border: 2px solid {t.focus}; padding: 0 6px;
}}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{
    background: {t.raised}; color: {t.text3}; border-color: {t.line};
}}
QLineEdit[wrong="true"], QSpinBox[wrong="true"], QDoubleSpinBox[wrong="true"] {{
    border-color: {t.bad};
}}
"""


def _lists(t: Tokens, scale: float) -> str:
    return f"""
QAbstractItemView {{
    background: {t.surface}; color: {t.text}; border: 1px solid {t.edge};
    outline: 0; padding: 4px; selection-background-color: {t.accent_tint};
    selection-color: {t.text};
}}
QAbstractItemView::item {{ min-height: {_px(28, scale)}; padding: 0 6px; border-radius: 4px; }}
QAbstractItemView::item:hover {{ background: {t.hover}; }}
QAbstractItemView::item:selected {{ background: {t.accent_tint}; color: {t.text}; }}
"""


def _sliders(t: Tokens, scale: float) -> str:
    handle = round(14 * scale)
    return f"""
QSlider {{ min-height: {_px(24, scale)}; background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {t.hover}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {t.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {t.edge}; }}
QSlider::handle:horizontal {{
    background: {t.text}; width: {handle}px; height: {handle}px;
    margin: {-(handle - 4) // 2}px 0; border-radius: {handle // 2}px;
}}
QSlider::handle:horizontal:focus {{ background: {t.accent_hover}; }}
QSlider::handle:horizontal:disabled {{ background: {t.edge}; }}
"""


def _scroll_bars(t: Tokens) -> str:
    return f"""
QScrollBar {{ background: transparent; border: 0; margin: 0; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {t.edge}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
