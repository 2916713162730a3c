"""Runs a virtual bench: ``python -m lerobot_core.sim --bench NAME [--stepped | --pty]``.

With ``--pty`` it offers all chains as serial ports to any program, prints where they are as one
line of JSON, and runs until its standard input closes. ``--kind koch`` gives Koch arms.
"""

import argparse
import fcntl
import json
import logging
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import IO

from lerobot_core.logs import start_logging
from lerobot_core.paths import safe_name
from lerobot_core.sim.places import DEFAULT_BENCH, BenchPlaces
from lerobot_core.sim.twins import TWINS, kind_of

log = logging.getLogger("lerobot_core.sim")

_LOCK_PATIENCE_S = 10.0  # a bench of this name may just be ending
_POLL_S = 0.05
_SWITCH_S = 2e-5  # threads: servos hardly wait for the one that makes pictures

STARTED, FAILED = b"+", b"-"


def main() -> int:
    arguments = _arguments()
    places = BenchPlaces(arguments.bench or _usual_name(arguments))
    report = _detach() if arguments.detached else os.open(os.devnull, os.O_WRONLY)
    start_logging(f"bench-{safe_name(places.bench)}")
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, _leave)
    try:
        return _run(places, arguments, report)
    except Exception:
        log.exception("the bench “%s” ended by a defect", places.bench)
        os.write(report, FAILED)
        return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lerobot_core.sim", description=__doc__)
    parser.add_argument("--bench", metavar="NAME", help="which bench; its state is kept by name")
    parser.add_argument("--seed", type=int, default=0, help="of the demonstrator's places")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--stepped", action="store_true", help="time passes only on command")
    kind.add_argument("--pty", action="store_true", help="offer the chains as serial ports")
    parser.add_argument("--detached", action="store_true", help="go on in the background")
    parser.add_argument(
        "--kind", choices=TWINS, help="which arms; a bench's name says so as well: KIND-NAME"
    )
    arguments = parser.parse_args()
    if arguments.bench and arguments.kind not in (None, kind_of(arguments.bench)):
        parser.error(f"a bench called {arguments.bench} has no {arguments.kind} arms")
    return arguments


def _usual_name(arguments: argparse.Namespace) -> str:
    if arguments.kind:
        return f"{arguments.kind}-pty" if arguments.pty else str(arguments.kind)
    return "pty" if arguments.pty else DEFAULT_BENCH


def _run(places: BenchPlaces, arguments: argparse.Namespace, report: int) -> int:
    places.folder.mkdir(parents=True, exist_ok=True)
    with places.lock.open("w") as lock:
        if not _take(lock, places):
            os.write(report, STARTED)
            log.info("the bench “%s” runs already", places.bench)
            return 1 if arguments.pty else 0
        _serve(places, arguments, report)
    return 0


def _serve(places: BenchPlaces, arguments: argparse.Namespace, report: int) -> None:
    from lerobot_core.sim.bench import Bench
    from lerobot_core.sim.server import BenchServer

    sys.setswitchinterval(_SWITCH_S)
    kind = kind_of(places.bench)
    bench = Bench(arguments.seed, kind=kind)
    if places.state.exists():
        try:
            bench.restore(json.loads(places.state.read_bytes()))
        except (KeyError, TypeError, ValueError) as error:
            log.warning("%s is no state of a bench, so it starts afresh: %s", places.state, error)
            bench = Bench(arguments.seed, kind=kind)
    end_with: IO[bytes] | None = sys.stdin.buffer if arguments.pty else None
    server = BenchServer(bench, places, stepped=arguments.stepped, end_with=end_with)

    def announce() -> None:
        if arguments.pty:
            ports = {name: server.offer(name) for name in bench.chains}
            print(json.dumps(ports), flush=True)  # noqa: T201 - what this command is for
        os.write(report, STARTED)
        log.info("the bench “%s” runs", places.bench)

    server.run(announce)
    log.info("the bench “%s” has ended", places.bench)


def _take(lock: IO[str], places: BenchPlaces) -> bool:
    """Become this bench. False: another process is, and answers."""
    deadline = time.monotonic() + _LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _answers(places.socket) or time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
        else:
            return True


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _detach() -> int:
    """Go on as a process of nobody; the first one waits until the bench serves, and exits.

    Returns the descriptor on which the start is to be reported.
    """
    reading, report = os.pipe()
    if os.fork():
        os.close(report)
        with os.fdopen(reading, "rb") as pipe:
            os._exit(0 if pipe.read(1) == STARTED else 1)
    os.close(reading)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return report


def _leave(signal_number: int, frame: object) -> None:
    raise SystemExit(0)  # through the server's way out, which saves the bench


if __name__ == "__main__":
    sys.exit(main())
