"""Small pictures of the cameras that may be opened and that the session does not have."""

from dataclasses import replace

from PySide6.QtCore import QObject

from app.panels.setup.candidates import cameras_in_session
from app.panels.setup.state import SetupState
from app.port_sharing import PortSharing
from app.services.previews import Previews
from app.services.session_service import SessionService
from lerobot_core.control.rig import Rig
from lerobot_core.workers.protocol import ShowCameras


class Thumbnails:
    """Asks for them. ``pictures``: the newest of each camera, by address."""

    def __init__(self, sharing: PortSharing, session: SessionService, parent: QObject) -> None:
        self.pictures = Previews(parent)
        self._sharing = sharing
        self._session = session

    def begin(self, state: SetupState) -> SetupState:
        """Ask for pictures of the cameras that are there now."""
        in_session = cameras_in_session(state.cameras, self._session_rig())
        wanted = {
            camera.address: dict(camera.config)
            for camera in state.cameras
            if camera.is_allowed and camera.address not in in_session
        }
        self._sharing.send(ShowCameras(wanted))
        shown = tuple(name for name in state.thumbnails if name in wanted)
        return replace(state, in_session=in_session, thumbnails=shown)

    def end(self, state: SetupState) -> SetupState:
        """All cameras are closed."""
        self._sharing.send(ShowCameras({}))
        self.pictures.clear()
        return replace(state, thumbnails=())

    def _session_rig(self) -> Rig | None:
        rig = self._session.rig
        return rig.rig if rig is not None and self._session.is_running else None
