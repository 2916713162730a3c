"""The rows of the sweep's table, from what the worker tells."""

from app.panels.calibration.progress import Progress
from app.panels.calibration.state import CalibrateState
from app.panels.calibration.words import progress_word
from app.problem_text import joint_label
from app.theme.tokens import Tone
from app.widgets.travel_bar import Span, Travel
from app.widgets.travel_table import TravelRow
from lerobot_core.workers.protocol import SweepSeen

SCALE_COUNTS: Span = (-1750.0, 1750.0)
"""Bars are drawn round the middle of what was found: encoders are screwed on anywhere."""

_TURN = 4096


def travel_rows(state: CalibrateState) -> list[TravelRow]:
    if state.now is None:
        return []
    return [_row(joint, sweep, state.progress(joint)) for joint, sweep in state.now.sweeps.items()]


def _row(joint: str, sweep: SweepSeen, progress: Progress) -> TravelRow:
    word, tone = progress_word(progress)
    is_silent = progress is Progress.SILENT
    return TravelRow(
        joint,
        joint_label(joint),
        Travel(sweep.low, sweep.high, None if is_silent else sweep.now, _expected(sweep)),
        sweep.travel_deg,
        Tone.NEUTRAL if progress is Progress.UNMOVED else tone,
        word,
        (sweep.low + sweep.high) / 2,
    )


def _expected(sweep: SweepSeen) -> Span | None:
    """As much as is usual, round what was found so far."""
    if sweep.is_full_turn:
        return None
    usual = (sweep.least_deg + sweep.most_deg) / 2 / 360 * _TURN
    middle = (sweep.low + sweep.high) / 2
    return middle - usual / 2, middle + usual / 2
