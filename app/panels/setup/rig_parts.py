"""Turns clicks on the rig's page into changes of the draft: kind, name, cameras and limits."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Slot

from app.panels.setup.controller import SetupController
from lerobot_core.control.rig_building import (
    RigLimits,
    with_camera,
    with_camera_renamed,
    with_kind,
    without_camera,
)
from lerobot_core.errors import SettingInvalid


class RigParts(QObject):
    """Beside the panel's controller, which has the draft. Ports are chosen there."""

    def __init__(self, setup: SetupController) -> None:
        super().__init__(setup)
        self._setup = setup

    @Slot(str)
    def choose_kind(self, kind: str) -> None:
        self._setup.set_draft(with_kind(self._setup.state.draft, kind))

    @Slot(str)
    def set_name(self, name: str) -> None:
        self._setup.set_draft(replace(self._setup.state.draft, name=name))

    def set_limits(self, limits: RigLimits) -> None:
        self._setup.set_draft(replace(self._setup.state.draft, limits=limits))

    def add_camera(self, name: str, config: Mapping[str, Any]) -> None:
        try:
            self._setup.set_draft(with_camera(self._setup.state.draft, name, config))
        except SettingInvalid as error:
            self._setup.report(error)

    @Slot(str, str)
    def rename_camera(self, name: str, wanted: str) -> None:
        try:
            self._setup.set_draft(with_camera_renamed(self._setup.state.draft, name, wanted))
        except SettingInvalid as error:
            self._setup.report(error)

    @Slot(str)
    def remove_camera(self, name: str) -> None:
        self._setup.set_draft(without_camera(self._setup.state.draft, name))
