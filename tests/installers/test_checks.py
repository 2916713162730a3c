import sys
from pathlib import Path

import checks
import pytest


def step(name: str, code: str) -> checks.Step:
    return checks.Step(name, (sys.executable, "-c", code))


def test_every_step_runs_and_one_failure_fails_the_whole(
    scratch: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    chosen = [step("first", "raise SystemExit(3)"), step("second", "print('second ran')")]
    assert checks.run(Path(sys.executable), scratch, chosen) == 1
    printed = capfd.readouterr().out
    assert "second ran" in printed
    assert "FAILED (exit status 3)" in printed
    assert printed.index("second ran") < printed.index("Checks")


def test_all_passed_is_success(scratch: Path) -> None:
    assert checks.run(Path(sys.executable), scratch, [step("only", "pass")]) == 0


def test_a_step_finds_no_input_to_wait_for(scratch: Path) -> None:
    waits = step("asks", "import sys; assert sys.stdin.read() == ''")
    assert checks.run(Path(sys.executable), scratch, [waits]) == 0


def test_tests_come_last_so_that_their_summary_stays_in_view() -> None:
    names = [each.name for each in checks.steps(Path("/place/bin/python"))]
    assert names == ["lint", "format", "types", "import contracts", "tests"]
