"""A set-up worker that opens nothing: repeats the names of the commands that it hears.

Run as ``python small_setup.py MODE``. It speaks the real protocol over real pipes.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))  # runs by its path, from any folder

from lerobot_core.workers.protocol import (
    DeviceState,
    EndSession,
    Finished,
    Happened,
    Message,
    StopPort,
    from_line,
    to_line,
)


def send(message: Message) -> None:
    sys.stdout.write(to_line(message) + "\n")
    sys.stdout.flush()


def main(mode: str) -> None:
    for text in sys.stdin:
        command = from_line(text)
        if isinstance(command, EndSession) and mode != "deaf":
            send(Finished())
            return
        if isinstance(command, StopPort) and mode == "vanish":
            sys.stderr.write("a last word\n")
            sys.stderr.flush()
            os._exit(3)
        send(Happened(0.0, DeviceState.OK, type(command).__name__))


if __name__ == "__main__":
    main(sys.argv[1])
