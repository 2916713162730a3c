"""Where the columns of the joint table are."""

_PADDING = 6
_WIDEST_NAMES = 0.3  # of the table; longer ones are elided

Span = tuple[float, float]


class Columns:
    """Left and right edge of every column: names as wide as they need, the rest in proportion."""

    def __init__(self, width: float, names: float, *, has_bars: bool) -> None:
        inner = width - 2 * _PADDING
        least = 0.17 if has_bars else 0.22
        first = min(max(least * inner, names), _WIDEST_NAMES * inner)

        def span(start: float, end: float) -> Span:
            rest = (inner - first) / (1 - least)
            left = _PADDING + first - least * rest
            return left + start * rest, left + end * rest

        self.joint: Span = (_PADDING, _PADDING + first)
        self.gap_bar: Span | None = None
        self.load_bar: Span | None = None
        if not has_bars:
            self.leader = span(0.22, 0.36)
            self.goal, self.position = span(0.36, 0.5), span(0.5, 0.65)
            self.gap, self.load = span(0.65, 0.78), span(0.78, 0.88)
            self.celsius = span(0.88, 1.0)
            return
        self.leader = span(0.17, 0.275)
        self.goal = span(0.275, 0.38)
        self.position = span(0.38, 0.52)
        self.gap_bar = span(0.545, 0.64)
        self.gap = span(0.64, 0.725)
        self.load_bar = span(0.75, 0.83)
        self.load = span(0.83, 0.895)
        self.celsius = span(0.90, 1.0)
