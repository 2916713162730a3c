"""The third step: every joint from stop to stop, live."""

from app.panels.calibration.progress import READY, Progress
from app.panels.calibration.state import CalibrateState
from app.panels.calibration.sweep_rows import SCALE_COUNTS, travel_rows
from app.panels.calibration.words import progress_word, tr
from app.problem_text import joint_label
from app.widgets.card import Card
from app.widgets.travel_table import TravelTable


class SweepPage(Card):
    """The table fills the card, so that it is painted alone."""

    def __init__(self) -> None:
        super().__init__(tr("Move every joint slowly through its whole range"))
        self.table = TravelTable(SCALE_COUNTS)
        self.table.setObjectName("calibrate.table")
        self.table.reserve_word(max((progress_word(each)[0] for each in Progress), key=len))
        self.body.addWidget(self.table, 1)

    def show_state(self, state: CalibrateState) -> None:
        sweeps = state.now.sweeps if state.now else {}
        ready = sum(state.progress(joint) in READY for joint in sweeps)
        if state.joint:
            title = tr("Move the {0} slowly through its whole range")
            self.set_title(title.format(joint_label(state.joint).lower()))
        else:
            self.set_title(
                tr("Move every joint slowly through its whole range"),
                tr("{0} of {1} complete").format(ready, len(sweeps)),
            )
        self.table.show_rows(travel_rows(state))
