"""What happens on the guided tour: from the open window to a dataset that was checked on disk."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psutil
from PySide6.QtCore import Qt

from app.tour.guide import Guide, TourStepFailed
from app.widgets.chain_drawing import ChainDrawing, NodeState
from lerobot_core.paths import lerobot_home, shared_memory_folder
from lerobot_core.workers.protocol import DeviceState, Phase

DATASET = "tour/cube_in_bin"
TASK = "Put the cube in the bin"
EPISODES = 3
DEVICES = 4  # follower, leader, two cameras
HEAVY = ("torch", "cv2", "grpc", "transformers", "mujoco")
"""What the window must never load."""

_CONNECT_S = 60.0  # the first start compiles nothing, but a slow machine renders slowly
_ANSWER_S = 10.0
_REST_S = 30.0
_SAVE_S = 30.0
_MOVED = 5.0  # degrees: more than a servo's noise
_STILL = 1.0
_CHECK_S = 120.0
_SCAN_S = 40.0  # eight speeds, more than a second each
_SWEEP_S = 3.0  # so that a picture shows some joints moved
_FINDING = "setup.finding.0"


@dataclass(frozen=True)
class TourStep:
    """One thing that a user does, and what has to come of it."""

    name: str  # of its picture
    title: str  # what is printed
    widget: str  # object name of what is clicked; empty when the step only waits
    act: Callable[[Guide], str]
    """Does it and returns the result in words. Raises TourStepFailed."""

    always: bool = False  # tidies up, so it happens after a failure too


def tour_steps(panels: list[str], take_s: float) -> list[TourStep]:
    """``panels``: object names of the navigation. ``take_s``: length of an episode."""
    return [
        TourStep("window", "The window opens with the virtual rig", "", _window),
        *(_panel_step(name) for name in panels),
        TourStep("connected", "The arm and both cameras connect", "nav.teleoperate", _connected),
        TourStep("engage", "Start teleoperation", "teleoperate.engage", partial(_engage, take_s)),
        TourStep("stop", "STOP: the arm freezes and holds", "top.stop", _stop),
        TourStep("rest", "Go to rest: torque goes off", "top.rest", _rest),
        TourStep("plan", "Name a dataset and a task", "nav.record", partial(_plan, take_s)),
        TourStep("record", "Record the first episode", "record.start", partial(_record, take_s)),
        TourStep("finish", "Finish: the episode is saved", "record.finish", _finish),
        TourStep("redo", "Redo: the take is thrown away", "record.redo", partial(_redo, take_s)),
        TourStep("second", "Record it again", "record.finish", partial(_second, take_s)),
        TourStep("third", "Stop in the third: it is saved", "record.stop", partial(_third, take_s)),
        TourStep("disengage", "Disengage: rest, torque off", "teleoperate.engage", _disengage),
        TourStep("dataset", "The dataset on disk is whole", "", _dataset),
        TourStep("fault", "Cut a cable of the virtual arm", "faults.cut", _cut_cable),
        TourStep("finding", "Scan the arm: the cut is found", "setup.scan", _find_cut),
        TourStep("mended", "End the fault: all is well", "faults.end_all", _mend),
        TourStep("sweep", "Calibrate with virtual hands", "calibrate.hands", _sweep),
        TourStep("cancel", "Cancel: nothing was changed", "calibrate.cancel", _cancel),
        TourStep("theme", "Change the theme", "nav.settings", _theme),
        TourStep("light-load", "The window loaded no heavy library", "", _light_load),
        TourStep("close", "Close the window: nothing is left", "", _close, always=True),
    ]


def _panel_step(name: str) -> TourStep:
    panel = name.partition(".")[2]

    def open_panel(guide: Guide) -> str:
        guide.click(name)
        guide.pause(0.2)
        return f"The panel “{panel}” is open."

    return TourStep(f"open-{panel}", f"Open the panel “{panel}”", name, open_panel)


# The window and the arm


def _window(guide: Guide) -> str:
    guide.wait_for("The window", guide.window.isVisible, _ANSWER_S)
    size = guide.window.size()
    return f"“{guide.window.windowTitle()}”, {size.width()}×{size.height()}."


def _connected(guide: Guide) -> str:
    guide.click("nav.teleoperate")
    guide.wait_for("Connecting", lambda: _is_ready(guide), _CONNECT_S)
    guide.pause(1.0)
    return f"{', '.join(device.name for device in guide.session.devices)}; torque off."


def _is_ready(guide: Guide) -> bool:
    session = guide.session
    # A slow machine's cameras work with a remark.
    works = (DeviceState.OK, DeviceState.WARN)
    working = [device for device in session.devices if device.state in works]
    return session.phase is Phase.IDLE and len(working) == len(session.devices) == DEVICES


def _engage(take_s: float, guide: Guide) -> str:
    guide.click_when_ready("teleoperate.engage")
    guide.wait_for_phase(Phase.TELEOPERATING, _ANSWER_S)
    guide.wait_for("Easing in", lambda: guide.engaged_fraction >= 1.0, _ANSWER_S)
    guide.watch_travel()
    guide.wait_for("Motion", lambda: guide.largest_travel() > _MOVED, _ANSWER_S)
    guide.pause(take_s)
    cameras = _wait_for_new_pictures(guide)
    return f"A joint travelled {guide.largest_travel():.0f}°; {cameras} show new pictures."


def _wait_for_new_pictures(guide: Guide) -> str:
    before = guide.camera_pictures()

    def are_new() -> bool:
        now = guide.camera_pictures()
        return bool(now) and all(now[camera] != before.get(camera) for camera in now)

    guide.wait_for("A new picture in every camera tile", are_new, _ANSWER_S)
    return " and ".join(sorted(before))


def _stop(guide: Guide) -> str:
    guide.click("top.stop")
    seconds = guide.wait_for_phase(Phase.HOLDING, _ANSWER_S)
    guide.pause(0.5)  # what the arm's mass does after the goal has stopped
    guide.watch_travel()
    guide.pause(1.0)
    if not guide.session.torque_on:
        raise TourStepFailed("Torque is off, but the arm should hold.")
    if guide.largest_travel() > _STILL:
        raise TourStepFailed(f"The arm still moved by {guide.largest_travel():.1f}°.")
    return f"Holding after {seconds * 1000:.0f} ms, still within {guide.largest_travel():.1f}°."


def _rest(guide: Guide) -> str:
    guide.click("top.rest")
    return _wait_for_torque_off(guide)


def _wait_for_torque_off(guide: Guide) -> str:
    seconds = guide.wait_for_phase(Phase.IDLE, _REST_S)
    if guide.session.torque_on or not guide.session.torque_off_confirmed:
        raise TourStepFailed("The servos did not confirm that torque is off.")
    return f"At rest after {seconds:.1f} s; torque off, read back from the servos."


# Recording


def _plan(take_s: float, guide: Guide) -> str:
    guide.click("nav.record")
    guide.type_into("record.dataset", DATASET)
    guide.type_into("record.task", TASK)
    guide.type_into("record.episodes", str(EPISODES))
    # Longer than any take of the tour, which ends each by itself.
    guide.type_into("record.episode_seconds", str(max(30, round(take_s * 3))))
    return f"{EPISODES} episodes of “{TASK}” for {DATASET}."


def _record(take_s: float, guide: Guide) -> str:
    guide.click_when_ready("record.start")
    guide.wait_for_phase(Phase.RECORDING, _ANSWER_S)
    return f"{_frames_after(take_s, guide)} frames so far."


def _frames_after(take_s: float, guide: Guide) -> int:
    """Record for a while. Returns the frames of the take."""

    def is_long_enough() -> bool:
        progress = guide.progress
        return (
            progress is not None
            and progress.phase is Phase.RECORDING
            and progress.seconds >= take_s
        )

    guide.wait_for("Recording", is_long_enough, take_s + _ANSWER_S)
    return guide.progress.frames if guide.progress else 0


def _finish(guide: Guide) -> str:
    guide.click("record.finish")
    return _wait_for_saved(guide, 1)


def _wait_for_saved(guide: Guide, count: int) -> str:
    guide.wait_for(f"Saving episode {count}", lambda: len(guide.saved) == count, _SAVE_S)
    episode = guide.saved[-1]
    return f"{episode.frames} frames ({episode.seconds:.1f} s), saved in {episode.save_ms:.0f} ms."


def _redo(take_s: float, guide: Guide) -> str:
    _next_take(guide)
    _frames_after(take_s / 2, guide)
    guide.click("record.redo")
    guide.wait_for("Redoing", lambda: bool(guide.progress and guide.progress.redone), _ANSWER_S)
    if len(guide.saved) != 1:
        raise TourStepFailed("The take was saved, but should have been thrown away.")
    return "One episode is saved, one was redone."


def _next_take(guide: Guide) -> None:
    """End the reset phase, if there is one before the next take."""
    guide.wait_for("The next take", lambda: _phase(guide) is not Phase.SAVING, _SAVE_S)
    if guide.session.phase is Phase.RESETTING:
        guide.click_when_ready("record.start")
    guide.wait_for_phase(Phase.RECORDING, _ANSWER_S)


def _phase(guide: Guide) -> Phase:
    return guide.session.phase


def _second(take_s: float, guide: Guide) -> str:
    _next_take(guide)
    _frames_after(take_s, guide)
    guide.click("record.finish")
    return _wait_for_saved(guide, 2)


def _third(take_s: float, guide: Guide) -> str:
    _next_take(guide)
    _frames_after(take_s, guide)
    guide.click("record.stop")
    guide.wait_for("Finishing the dataset", lambda: guide.finished is not None, _SAVE_S)
    finished = guide.finished
    if finished is None or finished.episodes != EPISODES:
        raise TourStepFailed(f"{finished.episodes if finished else 0} episodes were saved.")
    return f"{finished.episodes} episodes, {finished.frames} frames."


def _disengage(guide: Guide) -> str:
    guide.click("nav.teleoperate")
    guide.click_when_ready("teleoperate.engage")
    return _wait_for_torque_off(guide)


def _dataset(guide: Guide) -> str:
    """In a process of its own, as reading video is nothing for the window's process."""
    root = lerobot_home() / DATASET
    command = [sys.executable, "-m", "app.tour.check", DATASET, str(root)]
    checked = _run_beside(guide, command)
    if checked.returncode != 0:
        raise TourStepFailed(f"The check failed: {checked.stderr.strip()[-500:]}")
    facts = json.loads(checked.stdout)
    if facts["episodes"] != EPISODES or facts["frames"] != sum(e.frames for e in guide.saved):
        raise TourStepFailed(f"The dataset holds something else: {facts}")
    return str(facts["sentence"])


def _run_beside(guide: Guide, command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command while the window stays alive."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            guide.wait_for("The check", lambda: process.poll() is not None, _CHECK_S)
        except TourStepFailed:
            process.kill()
            raise
        output, errors = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


# Setting up. The arm may lie anywhere afterwards, so nothing moves it after that.


def _cut_cable(guide: Guide) -> str:
    guide.click("nav.faults")
    guide.click_when_ready("faults.cut")
    guide.wait_for("The fault", lambda: bool(guide.names("faults.undo.")), _ANSWER_S)
    return "It is active, and can be undone."


def _find_cut(guide: Guide) -> str:
    guide.click("nav.setup")
    guide.click_when_ready("setup.scan")
    guide.wait_for("The finding", lambda: NodeState.BAD in _chain(guide), _SCAN_S)
    guide.wait_for("Its words", lambda: bool(guide.names(_FINDING)), _ANSWER_S)
    return guide.find(_FINDING).accessibleName()


def _mend(guide: Guide) -> str:
    guide.click("nav.faults")
    guide.click_when_ready("faults.end_all")
    guide.wait_for("Mending", lambda: not guide.names("faults.undo."), _ANSWER_S)
    guide.click("nav.setup")
    guide.wait_for("An answer of every servo", lambda: _is_whole(guide), _ANSWER_S)
    return guide.find(_FINDING).accessibleName()


def _is_whole(guide: Guide) -> bool:
    states = _chain(guide)
    return bool(states) and all(state is NodeState.OK for state in states)


def _chain(guide: Guide) -> list[NodeState]:
    """The adapter and the servos, as they are drawn; empty before the first scan."""
    drawings = [each for each in guide.window.findChildren(ChainDrawing) if each.isVisible()]
    return [node.state for drawing in drawings for node in drawing.nodes]


def _sweep(guide: Guide) -> str:
    guide.click("nav.calibrate")
    guide.click_when_ready("calibrate.next")  # begin
    guide.wait_for("The arm", lambda: bool(guide.names("calibrate.cancel")), _ANSWER_S)
    guide.click_when_ready("calibrate.next")  # torque off
    guide.click_when_ready("calibrate.hands")
    guide.pause(_SWEEP_S)
    return "Every joint is moved, and nothing is written yet."


def _cancel(guide: Guide) -> str:
    guide.click("calibrate.cancel")
    guide.wait_for("The end", lambda: not guide.names("calibrate.cancel"), _ANSWER_S)
    return "Servos and file hold what they held."


# The end


def _theme(guide: Guide) -> str:
    guide.click("nav.settings")
    was_dark = _is_dark(guide)
    now, other = ("dark", "light") if was_dark else ("light", "dark")
    guide.click(f"theme.{other}")
    guide.wait_for("The other theme", lambda: _is_dark(guide) != was_dark, _ANSWER_S)
    guide.click(f"theme.{now}")
    guide.wait_for("The first theme", lambda: _is_dark(guide) == was_dark, _ANSWER_S)
    return f"From {now} to {other} and back."


def _is_dark(guide: Guide) -> bool:
    """By what the window looks like, averaged into one pixel."""
    smooth = Qt.TransformationMode.SmoothTransformation
    picture = guide.window.grab().toImage()
    pixel = picture.scaled(1, 1, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    return pixel.pixelColor(0, 0).lightness() < 128


def _light_load(guide: Guide) -> str:
    loaded = [name for name in HEAVY if name in sys.modules]
    if loaded:
        raise TourStepFailed(f"It has loaded {', '.join(loaded)}.")
    return f"None of {', '.join(HEAVY)}."


def _close(guide: Guide) -> str:
    guide.window.close()
    began = time.monotonic()
    # Without the window there is no event loop to keep alive.
    while _left_over() and time.monotonic() - began < _ANSWER_S:
        time.sleep(0.05)
    left = _left_over()
    if left:
        raise TourStepFailed(f"Left behind: {'; '.join(left)}.")
    shared_memory_folder().rmdir()
    return f"No process and no mapped file after {time.monotonic() - began:.1f} s."


def _left_over() -> list[str]:
    return [*_workers(), *(path.name for path in shared_memory_folder().iterdir())]


def _workers() -> list[str]:
    """Processes of this tour, whoever started them: they were given its home."""
    ours = os.environ["LEROBOT_WORKBENCH_HOME"]
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it ended, or belongs to another user
            environment = process.environ()
            is_alive = process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid()
            if is_alive and environment.get("LEROBOT_WORKBENCH_HOME") == ours:
                found.append(" ".join(process.cmdline()[1:5]))
    return found
