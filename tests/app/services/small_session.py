"""A session that drives nothing: says what it is told to say, and repeats what it hears.

Run as ``python small_session.py MODE LIFELINE``. It speaks the real protocol over real pipes
and beats a real lifeline, so that the service beside it can be tested to its last branch.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))  # runs by its path, from any folder

from lerobot_core.workers.lifeline import Lifeline
from lerobot_core.workers.protocol import (
    DeviceState,
    EndSession,
    Engage,
    Finished,
    GoToRest,
    Happened,
    Heartbeat,
    Message,
    Phase,
    PhaseChanged,
    Started,
    from_line,
    to_line,
)

IDLE = PhaseChanged(Phase.IDLE)
REST_ENDS_IN = {
    "rests": PhaseChanged(Phase.IDLE, torque_off_confirmed=True),
    "held": PhaseChanged(Phase.HOLDING, torque_on=True),
}


def send(message: Message) -> None:
    sys.stdout.write(to_line(message) + "\n")
    sys.stdout.flush()


def main(mode: str, path: str) -> None:
    line = Lifeline.create(Path(path))
    line.armed = 1 if mode in ("armed", "vanish-armed") else 0
    send(Started(pid=os.getpid(), lifeline=path))
    send(PhaseChanged(Phase.TELEOPERATING, torque_on=True) if mode in REST_ENDS_IN else IDLE)
    if mode in ("vanish", "vanish-armed"):
        while not isinstance(from_line(sys.stdin.readline()), Engage):
            pass
        sys.stderr.write("a last word\n")
        sys.stderr.flush()
        os._exit(3)
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=beat, args=(line,), daemon=True).start()
    listen(mode)
    send(Finished())
    os._exit(0)  # without waiting for the beating thread


def beat(line: Lifeline) -> None:
    while True:
        line.beat()
        time.sleep(0.05)


def listen(mode: str) -> None:
    for text in sys.stdin:
        command = from_line(text)
        if isinstance(command, EndSession) and mode not in ("stubborn", "deaf"):
            return
        if isinstance(command, GoToRest) and mode in REST_ENDS_IN:
            send(PhaseChanged(Phase.GOING_TO_REST, torque_on=True))
            send(REST_ENDS_IN[mode])
        if isinstance(command, Heartbeat) and mode == "counting":
            send(Happened(0.0, DeviceState.OK, "Heartbeat"))
        elif not isinstance(command, Heartbeat):
            send(Happened(0.0, DeviceState.OK, type(command).__name__))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
