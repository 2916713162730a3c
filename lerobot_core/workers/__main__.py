"""``python -m lerobot_core.workers session RIG.json | setup | media | run SPEC.json``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lerobot_core.workers.runner import Send, claim_stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one worker. Its messages are all that standard output carries."""
    parser = argparse.ArgumentParser(prog="python -m lerobot_core.workers", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    session = kinds.add_parser("session", help="hold a rig's devices")
    session.add_argument("file", type=Path, metavar="RIG.json")
    kinds.add_parser("setup", help="find, check, name and calibrate arms")
    kinds.add_parser("media", help="hold a session's cameras and encoders")
    run = kinds.add_parser("run", help="run a job")
    run.add_argument("file", type=Path, metavar="SPEC.json")
    run.add_argument("--lock", type=int, help="descriptor of the job's lock, if it is held already")
    given = parser.parse_args(arguments)
    writer = claim_stdout()
    try:
        return _run(given, writer)
    finally:
        writer.close()


def _run(given: argparse.Namespace, send: Send) -> int:
    # Imported only now: a library that prints while it loads must not reach standard output.
    if given.kind == "session":
        from lerobot_core.workers import session

        return session.main(given.file, send)
    if given.kind == "setup":
        from lerobot_core.workers.setup import worker

        return worker.main(send)
    if given.kind == "media":
        from lerobot_core.workers import media

        return media.main(send)
    from lerobot_core.workers import jobs

    return jobs.main(given.file, send, given.lock)


if __name__ == "__main__":
    sys.exit(main())
