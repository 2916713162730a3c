"""Where the window is put together: panels, their controllers, the session, the top bar."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QWidget

from app import shell_state
from app.main_window import MainWindow
from app.panels.placeholder import PLANS, placeholder
from app.panels.recording.controller import RecordingController
from app.panels.setup.controller import SetupController
from app.panels.setup.rigs import RigBuilding
from app.panels.teleoperation.controller import TeleoperationController
from app.port_sharing import PortSharing
from app.preferences import Preferences
from app.services.previews import Previews
from app.services.rigs import RigFile, list_rigs, prepare_rigs, reloaded, remember_choice
from app.services.session_service import SessionService
from app.services.setup_service import SetupService
from app.shell_state import ShellState
from app.theme.tokens import Tone
from app.widgets.banner import Notice
from app.widgets.rail import RailItem
from lerobot_core.files import free_bytes
from lerobot_core.paths import lerobot_home
from lerobot_core.workers.protocol import LoopStatistics, RestPoseRecorded, Telemetry

if TYPE_CHECKING:
    from app.panels.calibration.controller import CalibrateController
    from app.panels.faults.controller import FaultsController

FIRST_PANEL = "teleoperate"
SESSION_PANELS = frozenset({"teleoperate", "record", "deploy"})
"""They need the session: the set-up worker lets go of the ports when one of them is opened."""

_DISK_MS = 10_000
_STREAMS = (Telemetry, LoopStatistics)  # many a second, and nothing of the top bar's
_log = logging.getLogger(__name__)


class Assembly(QObject):
    """One running program: the window, its session, and what joins them."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._state = ShellState()
        self._is_warned = False  # that closing leaves an arm behind which holds
        self.session = SessionService(self)
        self.setup = SetupService(self)  # its worker starts with the first command
        self.sharing = PortSharing(self.session, self.setup, lambda: self._state.session, self)
        self.previews = Previews(self)
        self.rig = prepare_rigs()
        self._rigs = list_rigs() or [self.rig]
        # Controllers hear the session from its first event; views come when they are opened.
        self._teleoperate = TeleoperationController(self.session, self)
        self._record = RecordingController(self.session, self)
        self._set_up = SetupController(self.setup, self.sharing, RigBuilding(), self.session, self)
        self._calibrate: CalibrateController | None = None  # from the first opening on
        self._faults: FaultsController | None = None
        self.window = MainWindow(rail_items(), self._factories())
        self._disk = QTimer(self, interval=_DISK_MS)
        self._disk.timeout.connect(self._show_disk)
        self._connect()
        self._show_rig()
        self._show_disk()

    def open(self, *, panel: str = FIRST_PANEL, starts_session: bool = True) -> None:
        """Show the window, then start the session: the first picture waits for nothing."""
        if starts_session:
            self._expect_session()
            self.window.painted.connect(self._begin)
        self.window.open_panel(panel)
        self.window.rail.focus_selected()
        self.window.show()

    def use_rig(self, rig: RigFile) -> None:
        """Start the session for another rig, and remember the choice."""
        self.rig = rig
        remember_choice(rig)
        self._show_rig()
        self.sharing.let_go()
        self.session.start(rig)

    def choose_rig(self, name: str) -> bool:
        """Open with a saved rig, before the session is started. False if there is none."""
        for rig in self._rigs:
            if rig.name.casefold() == name.casefold():
                self.rig = rig
                self._show_rig()
                return True
        return False

    @property
    def rig_names(self) -> list[str]:
        return [rig.name for rig in self._rigs]

    def _connect(self) -> None:
        self.session.event_received.connect(self.previews.on_event)
        self.session.event_received.connect(self._on_event)
        self.session.run_changed.connect(self._on_run_changed)
        stop = self.window.top_bar.stop
        stop.stop_requested.connect(self.session.stop)
        stop.release_requested.connect(self.session.release)
        stop.rest_requested.connect(self.session.go_to_rest)
        self.window.top_bar.rig_chosen.connect(self._on_rig_chosen)
        self.window.closing.connect(self._close)
        self.window.panel_opened.connect(self._on_panel_opened)
        for controller in (self._teleoperate, self._record, self._set_up):
            controller.panel_requested.connect(self.window.open_panel)
        self._set_up.rig_saved.connect(self._on_rig_saved)
        self._set_up.rig_trashed.connect(self._on_rig_trashed)

    def _begin(self) -> None:
        self._disk.start()
        self.session.start(self.rig)

    def _close(self) -> None:
        """End in order. An arm that still holds keeps the window open, but only once."""
        was_warned = self._is_warned and self._state.session.is_holding
        self._is_warned = not was_warned and not self.session.bring_to_rest()
        if self._is_warned:
            self.window.keep_open(_still_holding())
            return
        self._set_up.close()
        self.session.shutdown()
        self.setup.shutdown()
        self._disk.stop()
        self.previews.clear()

    def _on_event(self, event: object) -> None:
        if isinstance(event, _STREAMS):
            return
        if isinstance(event, RestPoseRecorded):
            self.rig = reloaded(self.rig)
        self._show_shell(shell_state.after(self._state, event))

    def _on_run_changed(self, is_running: bool) -> None:
        if is_running:
            self._show_shell(shell_state.starting(self._state))

    def _on_panel_opened(self, key: str) -> None:
        if key in SESSION_PANELS:
            self.sharing.give_back()

    def _expect_session(self) -> None:
        """From the first picture on the window says that it connects."""
        for controller in (self._teleoperate, self._record):
            controller.expect_session()
        self._show_shell(shell_state.starting(self._state))

    def _show_shell(self, state: ShellState) -> None:
        if state != self._state:
            self._state = state
            self.window.top_bar.show_state(state)

    def _on_rig_chosen(self, place: int) -> None:
        if self._rigs[place] != self.rig:
            self.use_rig(self._rigs[place])

    def _on_rig_saved(self, rig: RigFile) -> None:
        self._rigs = list_rigs()
        self.use_rig(rig)

    def _on_rig_trashed(self) -> None:
        """Go on with the virtual one that everybody has."""
        following = prepare_rigs()
        self._rigs = list_rigs() or [following]
        self.use_rig(following)

    def _show_rig(self) -> None:
        paths = [rig.path for rig in self._rigs]
        chosen = paths.index(self.rig.path) if self.rig.path in paths else 0
        is_virtual = self.rig.rig.is_virtual
        names = [rig.name for rig in self._rigs]
        self._teleoperate.use_rig(self.rig.rig)
        self._record.use_rig(self.rig.rig)
        self._set_up.use_rig(self.rig)
        if self._calibrate is not None:
            self._calibrate.use_rig(self.rig.rig)
        if self._faults is not None:
            self._faults.use_rig(self.rig.rig)
        self.window.top_bar.show_rigs(names, chosen, is_virtual=is_virtual)
        self.window.top_bar.show_state(self._state)
        self.window.show_virtual(is_virtual)

    def _show_disk(self) -> None:
        try:
            self.window.job_strip.show_disk(free_bytes(lerobot_home()) / 1e9)
        except OSError as error:  # a disk that was taken away; recording says more
            _log.info("the disk cannot be asked for its space: %s", error)

    # Panels

    def _factories(self) -> dict[str, Callable[[], QWidget]]:
        """Every panel by its name in the navigation. Imported on the first opening only."""
        later = {key: self._placeholder(key) for key in PLANS}
        return later | {
            "setup": self._setting_up,
            "calibrate": self._calibration,
            "teleoperate": self._teleoperation,
            "record": self._recording,
            "faults": self._virtual_faults,
            "settings": self._settings,
        }

    def _placeholder(self, key: str) -> Callable[[], QWidget]:
        return lambda: placeholder(key, self.window.open_panel)

    def _teleoperation(self) -> QWidget:
        from app.panels.teleoperation.panel import teleoperation_panel

        return teleoperation_panel(self._teleoperate, self.previews)

    def _recording(self) -> QWidget:
        from app.panels.recording.panel import recording_panel

        return recording_panel(self._record, self.previews)

    def _calibration(self) -> QWidget:
        from app.panels.calibration.controller import CalibrateController
        from app.panels.calibration.library import LibraryController
        from app.panels.calibration.panel import calibrate_panel

        self._calibrate = CalibrateController(self.setup, self.sharing, self)
        self._calibrate.use_rig(self.rig.rig)
        self._calibrate.panel_requested.connect(self.window.open_panel)
        library = LibraryController(self.setup, self.sharing, self)
        return calibrate_panel(self._calibrate, library)

    def _setting_up(self) -> QWidget:
        from app.panels.setup.panel import setup_panel

        return setup_panel(self._set_up, self.previews)

    def _virtual_faults(self) -> QWidget:
        from app.panels.faults.controller import FaultsController
        from app.panels.faults.panel import faults_panel

        self._faults = FaultsController(self.setup, self.sharing, self)
        self._faults.use_rig(self.rig.rig)
        return faults_panel(self._faults)

    def _settings(self) -> QWidget:
        from app.panels.settings.controller import SettingsController
        from app.panels.settings.view import SettingsView

        view, controller = SettingsView(), SettingsController(self._preferences, self)
        view.theme_chosen.connect(controller.choose_theme)
        view.text_size_chosen.connect(controller.choose_text_size)
        view.folder_wanted.connect(controller.open_folder)
        controller.state_changed.connect(view.show_state)
        view.show_state(controller.state)
        return view


def rail_items() -> list[RailItem]:
    """The navigation, in the order of the work."""
    return [
        RailItem("setup", _tr("Set up"), "tools"),
        RailItem("calibrate", _tr("Calibrate"), "tune-vertical"),
        RailItem("teleoperate", _tr("Teleoperate"), "gamepad-variant-outline"),
        RailItem("record", _tr("Record"), "record-circle-outline"),
        RailItem("datasets", _tr("Datasets"), "database-outline"),
        RailItem("train", _tr("Train"), "chart-line"),
        RailItem("deploy", _tr("Deploy"), "rocket-launch-outline"),
        RailItem("faults", _tr("Faults"), "bug-outline", is_virtual_only=True),
        RailItem("settings", _tr("Settings"), "cog-outline", at_foot=True),
    ]


def _still_holding() -> Notice:
    """Why the window did not close."""
    return Notice(
        "still holding",
        _tr("The window stays open: the arm still holds."),
        _tr("Torque is on. Release the arm or let it rest; closing again leaves it as it is."),
        tone=Tone.WARN,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Navigation", text)
