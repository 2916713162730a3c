import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))  # calibrations and spoken_setup, beside this file

from spoken_setup import SpokenSetup


@pytest.fixture
def setup_worker(qapp: QApplication) -> SpokenSetup:
    return SpokenSetup()
