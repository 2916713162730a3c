"""Where the columns of the sweep's table stand."""

from PySide6.QtCore import QRectF

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.painting import text_width
from app.widgets.travel_bar import BAR_HEIGHT, Span

_PADDING, _GAP = 8, 10
_LEAST_BAR = 64
_BAR_BEFORE_NOW = 120  # with less for the bars, the column of what their ticks say goes
_LONGEST_NUMBER, _LONGEST_TRAVEL = "−8888", "888°"


class TravelColumns:
    """Left and right edge of every column: texts as wide as they need, the bar takes the rest."""

    def __init__(self, width: float, widest_label: str, widest_word: str, travel_head: str) -> None:
        body, small = theme().font(Role.BODY), theme().font(Role.SMALL)
        label = text_width(widest_label, theme().font(Role.HEADING)) * 1.08
        number = text_width(_LONGEST_NUMBER, body) + 1
        travel = max(
            text_width(_LONGEST_TRAVEL, body),
            text_width(travel_head, theme().font(Role.COLUMN)) * 1.08,
        )
        word = theme().px(14) + 6 + text_width(widest_word, small) * 1.08
        fixed = label + 2 * number + travel + word + 5 * _GAP + 2 * _PADDING
        self.least_width = fixed + _LEAST_BAR
        self.has_now = width - fixed - number - _GAP >= _BAR_BEFORE_NOW
        now = number if self.has_now else -_GAP
        bar = max(width - fixed - now - _GAP, _LEAST_BAR)
        edge = float(_PADDING)
        spans: list[Span] = []
        for part in (label, number, bar, number, now, travel, word):
            spans.append((edge, edge + part))
            edge += part + _GAP
        self.label, self.low, self.bar, self.high, self.now, self.travel, self.word = spans


def bar_rect(row: QRectF, span: Span) -> QRectF:
    height = min(theme().px(BAR_HEIGHT), row.height() - 14)
    return QRectF(span[0], row.center().y() - height / 2, span[1] - span[0], height)
