"""How soon the guard acts: sessions are killed or stopped in the middle of a movement.

    python benchmarks/guard.py [--runs 30] [--action hold|release]

Prints one line of JSON with the delays in milliseconds. ``first_packet``: from the signal to the
first bytes on the wire; ``done``: to the moment when every servo has confirmed. A stopped session
is silent for 300 ms before it counts as such, a killed one for none.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT), str(ROOT / "tests")]

from pty_chain import PtyChain  # noqa: E402

from lerobot_core.workers.lifeline import GuardState, Lifeline  # noqa: E402

SIGNALS = {"killed": signal.SIGKILL, "stopped": signal.SIGSTOP}
TIMEOUT_S = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--action", choices=["hold", "release"], default="hold")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LEROBOT_WORKBENCH_HOME"] = os.environ["LEROBOT_WORKBENCH_SHM"] = folder
        result = {
            name: measure(number, given.action, given.runs) for name, number in SIGNALS.items()
        }
    print(json.dumps({"action": given.action, "runs": given.runs} | result))


def measure(number: signal.Signals, action: str, runs: int) -> dict[str, dict[str, float]]:
    delays = [one_run(number, action) for _ in range(runs)]
    first, done = zip(*delays, strict=True)
    return {"first_packet_ms": summary(first), "done_ms": summary(done)}


def summary(delays_ms: tuple[float, ...]) -> dict[str, float]:
    ordered = sorted(delays_ms)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    facts = {"p50": statistics.median(ordered), "p95": p95, "max": ordered[-1]}
    return {name: round(value, 1) for name, value in facts.items()}


def one_run(number: signal.Signals, action: str) -> tuple[float, float]:
    with PtyChain() as chain, start_session(chain, action) as session:
        assert session.stdout is not None
        line = Lifeline(Path(json.loads(session.stdout.readline())["lifeline"]))
        chain.drive_away()
        sent_ns = time.monotonic_ns()
        session.send_signal(number)
        wait_for(line)
        done_ns = line.guard_state_ns
        session.kill()
        line.dismiss_guard(TIMEOUT_S)
        line.remove()
        first_ns = chain.heard[0][0]
    return (first_ns - sent_ns) / 1e6, (done_ns - sent_ns) / 1e6


def start_session(chain: PtyChain, action: str) -> "subprocess.Popen[bytes]":
    settings = {
        "port": chain.path,
        "plan": chain.plan(-1),
        "on_silence": action,
        "app_pid": os.getpid(),
        "armed": True,
    }
    return subprocess.Popen(
        [sys.executable, "-P", str(ROOT / "tests" / "stand_in_session.py"), json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def wait_for(line: Lifeline) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while line.state() not in (GuardState.HELD, GuardState.RELEASED):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the guard is {line.state().name}")
        time.sleep(0.001)


if __name__ == "__main__":
    main()
