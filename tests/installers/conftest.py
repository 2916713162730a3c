import sys
from pathlib import Path

# bootstrap.py runs as a script, so its neighbours are found as modules of their own.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "installers"))
