"""Rows and columns with the spaces of the look: 4, 8, 12, 16, 24."""

from typing import TypeVar

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


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, for rows that are built again."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
