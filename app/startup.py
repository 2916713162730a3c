"""From a command line to the window on the screen, and back out in order."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.theme.theme import ThemeChoice


def run(argv: Sequence[str]) -> int:
    """Open the window and stay until it is closed. Returns the exit status."""
    arguments = _parser().parse_args(argv)
    if not _has_display():
        sys.stderr.write(
            "There is no display to open the window on. Log in at a desktop, or run the guided "
            "tour unseen: QT_QPA_PLATFORM=offscreen lerobot-workbench --tour\n"
        )
        return 3
    if arguments.tour:
        from app.tour.conductor import prepare_tour

        prepare_tour(arguments.output)
    # What follows reads the home folder, which the tour has just moved.
    from app.assembly import Assembly
    from app.defects import show_defects
    from app.interrupts import quit_on_interrupt
    from app.preferences import Preferences
    from app.theme.theme import theme
    from lerobot_core.logs import start_logging

    start_logging("window")
    application = _application()
    preferences = Preferences()
    theme().wear(application, arguments.theme or preferences.theme, preferences.scale)
    assembly = Assembly(preferences)
    show_defects(assembly.window.show_notice)
    if arguments.rig and not assembly.choose_rig(arguments.rig):
        known = ", ".join(assembly.rig_names)
        sys.stderr.write(f"There is no rig called {arguments.rig}. Known: {known}.\n")
        return 2
    with quit_on_interrupt(assembly.window):
        if arguments.time_startup:
            assembly.window.painted.connect(_report_startup)
            assembly.window.painted.connect(assembly.window.close)
        assembly.open(starts_session=not arguments.time_startup)
        if arguments.tour:
            from app.tour.conductor import conduct

            return conduct(
                assembly.window, assembly.session, arguments.output, arguments.take_seconds
            )
        return application.exec()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lerobot-workbench", description="A workbench for people who run robot arms."
    )
    parser.add_argument("--rig", metavar="NAME", help="open with this saved rig")
    parser.add_argument(
        "--theme", type=ThemeChoice, choices=list(ThemeChoice), help="this time only"
    )
    parser.add_argument(
        "--time-startup",
        action="store_true",
        help="print the milliseconds from the start of the process to the painted window, and end",
    )
    tour = parser.add_argument_group("guided tour")
    tour.add_argument(
        "--tour", action="store_true", help="drive the window through its own buttons"
    )
    tour.add_argument(
        "--output",
        type=Path,
        default=Path("outputs/tour"),
        metavar="FOLDER",
        help="for the pictures and tour.json (default: %(default)s)",
    )
    tour.add_argument(
        "--take-seconds", type=float, default=6.0, metavar="S", help="length of an episode"
    )
    return parser


def _has_display() -> bool:
    """Qt ends the process when it finds none, so it is asked before."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))


def _application() -> QApplication:
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("lerobot-workbench")
    application.setApplicationDisplayName("LeRobot Workbench")
    application.setDesktopFileName("lerobot-workbench")
    return application


def _report_startup() -> None:
    """The one line of ``--time-startup``: milliseconds since the process was started."""
    import psutil

    elapsed_ms = 1000 * (time.time() - psutil.Process().create_time())
    sys.stdout.write(f"{elapsed_ms:.0f} ms from process start to the first painted window\n")
    sys.stdout.flush()
