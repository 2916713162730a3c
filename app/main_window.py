"""The window: top bar, rail, the open panel, job strip. It shows and asks; it decides nothing."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.resources import resource
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.top_bar import TopBar
from app.virtual_frame import VirtualFrame
from app.widgets.banner import BannerStack, Notice
from app.widgets.job_strip import JobStrip
from app.widgets.layouts import column, row
from app.widgets.rail import Rail, RailItem

PanelFactory = Callable[[], QWidget]

NARROW_BELOW = 1000  # width of the window divided by the text scale
_AT_MOST_NOTICES = 20
_CLOSING = "closing"  # key of its notice


class MainWindow(QWidget):
    """``panels`` makes each panel when it is opened for the first time."""

    painted = Signal()  # once, when the window has been on the screen for the first time
    panel_opened = Signal(str)  # its name in the navigation, each time
    closing = Signal()  # the arm is brought to rest; blocks until it is done, or ``keep_open``

    def __init__(self, items: list[RailItem], panels: Mapping[str, PanelFactory]) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(self.tr("LeRobot Workbench"))
        self.setWindowIcon(QIcon(str(resource("icons/workbench.svg"))))
        self._factories = dict(panels)
        self._panels: dict[str, QWidget] = {}
        self._notices: list[Notice] = []
        self._was_painted = self._is_closing = self._stays_open = False
        self.top_bar = TopBar()
        self.rail = Rail(items)
        self.stack = QStackedWidget()
        self.banners = BannerStack()
        self.job_strip = JobStrip()
        self._frame = VirtualFrame(self)
        self._lay_out()
        self.rail.panel_wanted.connect(self.open_panel)
        self.banners.closed.connect(self._drop_notice)
        theme().changed.connect(self._fold)
        self.setMinimumSize(900, 600)
        self.resize(1280, 800)

    def _lay_out(self) -> None:
        self._banner_place = column(self.banners, margins=(16, 0, 16, 0))
        panel_side = column(self._banner_place, spacing=0)
        panel_side.addWidget(self.stack, 1)
        middle = row(self.rail, spacing=0)
        middle.addLayout(panel_side, 1)
        whole = column(self.top_bar, spacing=0)
        whole.addLayout(middle, 1)
        whole.addWidget(self.job_strip)
        self.setLayout(whole)

    def open_panel(self, key: str) -> None:
        """Show a panel, building it on the first opening."""
        if key not in self._panels:
            panel = self._factories[key]()
            self._panels[key] = panel
            self.stack.addWidget(panel)
        self.rail.select(key)
        self.stack.setCurrentWidget(self._panels[key])
        self.panel_opened.emit(key)

    @property
    def open_panels(self) -> list[str]:
        """Panels that were opened so far."""
        return list(self._panels)

    def show_virtual(self, is_virtual: bool) -> None:
        """A virtual rig is unmistakable on every screen."""
        self._frame.setVisible(is_virtual)
        self._frame.raise_()
        self.rail.show_virtual(is_virtual)

    def show_notice(self, notice: Notice) -> None:
        """Something about the program itself, on whatever panel is open. The newest is first."""
        others = [known for known in self._notices if known.key != notice.key]
        self._notices = [notice, *others][:_AT_MOST_NOTICES]
        self._show_notices()

    def _drop_notice(self, key: str) -> None:
        self._notices = [notice for notice in self._notices if notice.key != key]
        self._show_notices()

    def _show_notices(self) -> None:
        self.banners.show_notices(self._notices)
        margin = 12 if self._notices else 0
        self._banner_place.setContentsMargins(16, margin, 16, 0)

    def _fold(self) -> None:
        narrow = self.width() / theme().scale < NARROW_BELOW
        self.rail.fold(narrow)
        self.top_bar.fold(narrow)
        self.job_strip.fold(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._frame.setGeometry(self.rect())
        self._fold()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_painted:
            self.top_bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            self.top_bar.removeEventFilter(self)
            # After this paint has reached the screen with all the others of its frame.
            QTimer.singleShot(0, self.painted.emit)
        return False

    def keep_open(self, notice: Notice) -> None:
        """For those who hear ``closing``: this window stays, and says why."""
        self._stays_open = True
        self.show_notice(notice)

    def _show_closing(self, is_closing: bool) -> None:
        """The window stays, with STOP, until the arm rests: it must not look as if it hung."""
        self._is_closing = is_closing
        for part in (self.stack, self.rail):
            part.setEnabled(not is_closing)
        name = self.tr("LeRobot Workbench")
        self.setWindowTitle(self.tr("{0}: closing").format(name) if is_closing else name)
        if is_closing:
            happened = self.tr("Closing")
            advice = self.tr("The arm goes to rest and torque goes off before the window closes.")
            self.show_notice(Notice(_CLOSING, happened, advice, tone=Tone.ACCENT))
        else:
            self._drop_notice(_CLOSING)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_closing:  # events are handled while the arm goes to rest: only once
            event.ignore()
            return
        self._stays_open = False
        self._show_closing(True)
        self.closing.emit()
        if self._stays_open:
            self._show_closing(False)
        event.setAccepted(not self._stays_open)
