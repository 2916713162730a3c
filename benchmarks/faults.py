"""Everything that can go wrong with a servo, in every phase of using an arm: what then happens.

    python -m benchmarks.faults [--robot ROBOT|all] [--seed 0] [--only WORDS] [--jobs N]

Real robots, leaders, buses and the control loop, on chains simulated byte by byte and a clock that
moves only in steps (``fault_bench.py``, ``fault_rig.py``). Each case (``fault_list.py``) lets one
fault (``fault_kinds.py``) strike in one phase; the operator then presses STOP or Release, has the
cause mended, and engages again (``fault_cases.py``). What must never happen is watched in every
slice of time and around every packet (``fault_watch.py``).

Prints a table with a row for each place and fault and a column for each phase, then what was wrong
in cases that fail, then a line of JSON for each robot. The exit status is 1 if any case fails.
``--only`` picks cases by words in their names, as “elbow_flex: unplugged while idle”.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.fault_cases import run_case
from benchmarks.fault_list import PHASES, Case, Outcome, all_cases
from benchmarks.fault_rig import RIGS

_PLACE, _CELL = 38, 26  # characters


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--robot", choices=[*RIGS, "all"], default="all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    for robot in RIGS if given.robot == "all" else [given.robot]:
        cases = [case for case in all_cases(robot, given.seed) if given.only in str(case)]
        started = perf_counter()
        found = run_all(cases, given.jobs)
        outcomes += found
        print_table(robot, found)
        print(json.dumps(summary(robot, given.seed, found, perf_counter() - started)), flush=True)
    return 0 if all(outcome.is_ok for outcome in outcomes) else 1


def run_all(cases: Iterable[Case], jobs: int) -> list[Outcome]:
    with ProcessPoolExecutor(jobs, initializer=_be_quiet) as pool:
        return list(pool.map(run_in_scratch, cases, chunksize=4))


def run_in_scratch(case: Case) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return run_case(case, Path(folder))


def _be_quiet() -> None:
    """What the loop logs is what the cases are about."""
    logging.getLogger("lerobot_core").setLevel(logging.CRITICAL)


def print_table(robot: str, outcomes: Iterable[Outcome]) -> None:
    rows: dict[str, dict[str, Outcome]] = {}
    for outcome in outcomes:
        case = outcome.case
        rows.setdefault(f"{case.place}: {case.fault}", {})[case.phase] = outcome
    print(f"\n{robot:{_PLACE}}" + "".join(f"{phase:{_CELL}}" for phase in PHASES))
    for row, cells in rows.items():
        print(f"{row:{_PLACE}}" + "".join(_cell(cells.get(phase)) for phase in PHASES).rstrip())
    for cells in rows.values():
        for outcome in cells.values():
            if outcome.wrong:
                print(f"FAILED {outcome.case}: {'; '.join(outcome.wrong)}")


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return " " * _CELL
    verdict = "ok" if outcome.is_ok else "FAILED"
    return f"{f'{verdict} · {outcome.happened}'[: _CELL - 2]:{_CELL}}"


def summary(robot: str, seed: int, outcomes: list[Outcome], seconds: float) -> dict[str, Any]:
    failed = [str(outcome.case) for outcome in outcomes if not outcome.is_ok]
    return {
        "robot": robot,
        "seed": seed,
        "cases": len(outcomes),
        "ok": len(outcomes) - len(failed),
        "failed": failed,
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
