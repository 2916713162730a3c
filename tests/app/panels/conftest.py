import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))  # spoken_session, beside this file

from spoken_session import SpokenSession

from app.services.previews import Previews


@pytest.fixture
def session(qapp: QApplication) -> SpokenSession:
    return SpokenSession()


@pytest.fixture
def previews(qapp: QApplication) -> Iterator[Previews]:
    previews = Previews()
    yield previews
    previews.clear()
