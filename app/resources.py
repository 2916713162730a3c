"""Where the files that are no code lie: beside the packages, in a checkout and when installed."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "resources"


def resource(name: str) -> Path:
    """The path of a file in ``resources/``, such as ``fonts/Inter-Regular.otf``."""
    return FOLDER / name
