import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))  # modules beside this file

from spoken_calibration import SpokenCalibration


@pytest.fixture
def setup_worker(qapp: QApplication) -> SpokenCalibration:
    return SpokenCalibration()
