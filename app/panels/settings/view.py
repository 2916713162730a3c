"""The Settings panel's widgets: shows a state, and says what was chosen."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from app.panels.settings.state import TEXT_SIZES, FolderKind, SettingsState, nearest_size
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, Kind
from app.widgets.card import Card
from app.widgets.layouts import clear, column, row
from app.widgets.segmented import Option, Segmented
from app.widgets.text import Text


class SettingsView(QScrollArea):
    theme_chosen = Signal(str)
    text_size_chosen = Signal(int)  # percent
    folder_wanted = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders: tuple[tuple[FolderKind, Path], ...] = ()
        self._folder_grid, self._version_grid = QGridLayout(), QGridLayout()
        for grid in (self._folder_grid, self._version_grid):
            grid.setHorizontalSpacing(24)
            grid.setVerticalSpacing(6)
            grid.setColumnStretch(1, 1)
        self.theme_control = Segmented(
            [
                Option("system", self.tr("System")),
                Option("light", self.tr("Light")),
                Option("dark", self.tr("Dark")),
            ],
            name="theme",
            label=self.tr("Theme"),
        )
        self.text_control = Segmented(
            [Option(str(size), self.tr("{0} %").format(size)) for size in TEXT_SIZES],
            name="text",
            label=self.tr("Text size"),
        )
        self.theme_control.chosen.connect(self.theme_chosen)
        self.text_control.chosen.connect(lambda key: self.text_size_chosen.emit(int(key)))
        self._build()

    def show_state(self, state: SettingsState) -> None:
        self.theme_control.choose(state.theme)
        self.text_control.choose(str(nearest_size(state.text_percent)))
        if state.folders != self._folders:
            self._show_folders(state)
            self._show_versions(state)

    def _build(self) -> None:
        looks = Card(self.tr("Appearance"))
        looks.body.addLayout(
            row(
                _labelled(
                    self.tr("Theme"),
                    self.tr("Follows the system unless you choose."),
                ),
                None,
                self.theme_control,
            )
        )
        looks.body.addLayout(
            row(
                _labelled(
                    self.tr("Text size"),
                    self.tr("Texts, icons and controls; spaces stay as they are."),
                ),
                None,
                self.text_control,
            )
        )
        places = Card(self.tr("Folders"), self.tr("set by the environment"))
        places.body.addLayout(self._folder_grid)
        about = Card(self.tr("About"))
        words = Text(
            self.tr(
                "A workbench for people who run robot arms: set up, teleoperate, record. "
                "It reads and writes the same files as LeRobot. Apache License 2.0; fonts and "
                "icons under their own licences, see NOTICE."
            ),
            Role.BODY,
            wraps=True,
        )
        words.setProperty("quiet", True)
        safety = Text(
            self.tr(
                "STOP is a software stop and no emergency stop: keep the power switch in reach."
            ),
            Role.BODY,
            wraps=True,
        )
        about.body.addWidget(words)
        about.body.addWidget(safety)
        about.body.addLayout(self._version_grid)
        title = row(Text(self.tr("Settings"), Role.TITLE), None, margins=(0, 6, 0, 6))
        content = QWidget()
        content.setLayout(
            column(title, looks, places, about, None, spacing=12, margins=(16, 12, 16, 16))
        )
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _show_folders(self, state: SettingsState) -> None:
        self._folders = state.folders
        clear(self._folder_grid)
        for line, (kind, folder) in enumerate(state.folders):
            path = Text(str(folder), Role.MONO, elides=True)
            path.setToolTip(str(folder))
            button = Button(
                self.tr("Open"),
                kind=Kind.GHOST,
                icon="folder-outline",
                size=SMALL,
                name=f"settings.open.{kind}",
            )
            button.setAccessibleName(
                self.tr("Open the folder of {0}").format(self._folder_name(kind))
            )
            button.clicked.connect(lambda _=False, place=folder: self.folder_wanted.emit(place))
            self._folder_grid.addWidget(Text(self._folder_name(kind), Role.BODY), line, 0)
            self._folder_grid.addWidget(path, line, 1)
            self._folder_grid.addWidget(button, line, 2)

    def _folder_name(self, kind: FolderKind) -> str:
        return {
            FolderKind.DATASETS: self.tr("Datasets"),
            FolderKind.CALIBRATIONS: self.tr("Calibrations"),
            FolderKind.HOME: self.tr("Rigs and preferences"),
            FolderKind.LOGS: self.tr("Logs"),
        }[kind]

    def _show_versions(self, state: SettingsState) -> None:
        clear(self._version_grid)
        for line, (name, number) in enumerate(state.versions):
            self._version_grid.addWidget(Text(name, Role.SMALL), line, 0)
            self._version_grid.addWidget(Text(number, Role.MONO), line, 1)


def _labelled(label: str, hint: str) -> QWidget:
    holder = QWidget()
    holder.setLayout(column(Text(label, Role.BODY), Text(hint, Role.HINT), spacing=0))
    return holder
