"""Rows and columns with the spaces of the look: 4, 8, 12, 16, 24."""

from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Box = TypeVar("Box", bound=QBoxLayout)

Entry = QWidget | QLayout | None


def row(
    *entries: Entry, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """A row of widgets and layouts; None is a stretch."""
    return _filled(QHBoxLayout(), entries, spacing, margins)


def column(
    *entries: Entry, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """A column of widgets and layouts; None is a stretch."""
    return _filled(QVBoxLayout(), entries, spacing, margins)


def _filled(
    layout: Box, entries: tuple[Entry, ...], spacing: int, margins: tuple[int, int, int, int]
) -> Box:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for entry in entries:
        if entry is None:
            layout.addStretch(1)
        elif isinstance(entry, QWidget):
            layout.addWidget(entry)
        else:
            layout.addLayout(entry)
    return layout


def place_in_tab_order(holder: QWidget, parts: Iterable[QWidget]) -> None:
    """Let Tab reach parts that were made late where ``holder`` stands, not after all others."""
    before = holder.previousInFocusChain()
    while before not in (None, holder) and not before.focusPolicy() & Qt.FocusPolicy.TabFocus:
        before = before.previousInFocusChain()
    if before is None or before is holder:
        return  # it stands alone as yet, so its parts are in order
    for part in parts:
        QWidget.setTabOrder(before, part)
        before = part


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, for rows that are built again."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
