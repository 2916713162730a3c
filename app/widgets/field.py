"""Fields: a label above, the editor, and below it a hint or what is wrong."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.layouts import column, row
from app.widgets.text import Text

_EDITOR_HEIGHT = 30


class Field(QWidget):
    """Wraps any editor. The error line replaces the hint, and marks the editor's border."""

    def __init__(self, label: str, editor: QWidget, *, unit: str = "", hint: str = "") -> None:
        super().__init__()
        self.editor = editor
        self._label = Text(label, Role.SMALL)
        self._label.setBuddy(editor)
        self._hint = Text(hint, Role.HINT, wraps=True)
        self._hint.setVisible(bool(hint))
        self._error = Text("", Role.SMALL, tone=Tone.BAD, wraps=True)
        self._error_mark = QLabel()
        for part in (self._error, self._error_mark):
            part.hide()
        error = row(spacing=6)
        error.addWidget(self._error_mark, alignment=Qt.AlignmentFlag.AlignTop)
        error.addWidget(self._error, 1)
        if not editor.accessibleName():
            editor.setAccessibleName(f"{label} ({unit})" if unit else label)
        self._unit = _UnitLabel(unit, editor) if unit else None
        self.setLayout(column(self._label, editor, self._hint, error, None, spacing=4))
        self._scale()
        theme().changed.connect(self._scale)

    def set_error(self, sentence: str) -> None:
        """Say what is wrong with what was typed; an empty sentence takes it away."""
        if sentence == self._error.text():
            return
        self._error.setText(sentence)
        for part in (self._error, self._error_mark):
            part.setVisible(bool(sentence))
        self._hint.setVisible(bool(self._hint.text()) and not sentence)
        self.editor.setProperty("wrong", bool(sentence))
        self.editor.setAccessibleDescription(sentence or self._hint.text())
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)

    def set_hint(self, hint: str) -> None:
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint) and self._error.isHidden())

    def _scale(self) -> None:
        mark = icon_pixmap("close-octagon", theme().tokens.bad, theme().px(14), 2.0)
        self._error_mark.setPixmap(mark)
        if isinstance(self.editor, QLineEdit | QAbstractSpinBox):
            self.editor.setFixedHeight(theme().px(_EDITOR_HEIGHT))


class TextField(Field):
    """One line of text."""

    def __init__(self, label: str, *, name: str, text: str = "", hint: str = "") -> None:
        self.edit = QLineEdit(text)
        self.edit.setObjectName(name)
        super().__init__(label, self.edit, hint=hint)


class NumberField(Field):
    """A whole number in a range, with its unit inside at the right."""

    def __init__(
        self, label: str, value: int, low: int, high: int, *, name: str, unit: str = ""
    ) -> None:
        self.edit = QSpinBox()
        self.edit.setRange(low, high)
        self.edit.setValue(value)
        _prepare(self.edit, name)
        super().__init__(label, self.edit, unit=unit)


class DecimalField(Field):
    """A number with decimals in a range, with its unit inside at the right."""

    def __init__(
        self,
        label: str,
        value: float,
        low: float,
        high: float,
        *,
        name: str,
        unit: str = "",
        decimals: int = 1,
    ) -> None:
        self.edit = QDoubleSpinBox()
        self.edit.setDecimals(decimals)
        self.edit.setRange(low, high)
        self.edit.setValue(value)
        _prepare(self.edit, name)
        super().__init__(label, self.edit, unit=unit)


def _prepare(box: QAbstractSpinBox, name: str) -> None:
    box.setObjectName(name)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel
    # Style sheets do not reach the padding of the editor inside; the unit needs room at the right.
    box.lineEdit().setTextMargins(8, 0, 24, 0)


class _UnitLabel(QLabel):
    """The unit, kept at the right edge inside an editor."""

    def __init__(self, unit: str, editor: QWidget) -> None:
        super().__init__(unit, editor)
        self.setProperty("role", str(Role.HINT))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._editor = editor
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            size = self.sizeHint()
            self.setGeometry(
                self._editor.width() - size.width() - 10,
                (self._editor.height() - size.height()) // 2,
                size.width(),
                size.height(),
            )
        return False
