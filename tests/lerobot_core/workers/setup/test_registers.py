"""The registers of one servo of a bench: read, written, kept in a file and given back."""

import json
from pathlib import Path

import pytest
from setup_driver import SetupDriver, is_free

from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import (
    BackUpRegisters,
    FileWritten,
    PortDone,
    ReadRegisters,
    RegistersRead,
    RegistersRestored,
    RestoreRegisters,
    StopPort,
    WriteRegister,
)

PORT = "sim://bi_so101/left_follower"
READ = ReadRegisters(PORT, 3, "sts3215")


@pytest.fixture
def read(two_so101: BenchClient, worker: SetupDriver) -> RegistersRead:
    return worker.ask(READ, RegistersRead)


def counts(event: RegistersRead, register: str) -> int | None:
    return {seen.name: seen.counts for seen in event.registers}[register]


def test_a_servo_s_registers_are_read_with_what_they_mean(read: RegistersRead) -> None:
    assert (read.address, read.servo_id, read.model) == (PORT, 3, "sts3215")
    assert counts(read, "ID") == 3
    assert len(read.registers) > 40
    assert all(register.meaning for register in read.registers)
    limit = next(each for each in read.registers if each.name == "Max_Temperature_Limit")
    assert (limit.unit, limit.is_kept) == ("°C", True)


def test_one_is_written_and_read_back(read: RegistersRead, worker: SetupDriver) -> None:
    changed = worker.ask(WriteRegister(PORT, "P_Coefficient", 20), RegistersRead)
    assert counts(changed, "P_Coefficient") == 20


@pytest.mark.parametrize(
    ("register", "value", "code"),
    [
        ("P_Coefficient", 4000, "register_out_of_range"),
        ("P_Coefficient", -1, "register_out_of_range"),
        ("ID", 4, "register_protected"),
        ("Goal_Position", 0, "register_protected"),
        ("Happiness", 1, "unknown_choice"),
    ],
)
def test_what_must_not_be_written_is_refused(
    register: str, value: int, code: str, read: RegistersRead, worker: SetupDriver
) -> None:
    assert worker.problem(WriteRegister(PORT, register, value)).code == code
    again = worker.ask(READ, RegistersRead)
    assert counts(again, "P_Coefficient") == counts(read, "P_Coefficient")
    assert counts(again, "ID") == 3


def test_settings_are_kept_in_a_file_and_given_back(
    read: RegistersRead, worker: SetupDriver, tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "servo3.json"
    assert worker.ask(BackUpRegisters(PORT, str(path)), FileWritten).path == str(path)
    assert "ID" not in json.loads(path.read_text())["registers"]
    worker.ask(WriteRegister(PORT, "P_Coefficient", 20), RegistersRead)
    worker.ask(WriteRegister(PORT, "Max_Temperature_Limit", 60), RegistersRead)
    mark = worker.story.mark()
    worker.send(RestoreRegisters(PORT, str(path)))
    assert worker.story.wait_for(RegistersRestored, since=mark).written == 2
    again = worker.story.wait_for(RegistersRead, since=mark)
    assert counts(again, "P_Coefficient") == counts(read, "P_Coefficient")


def test_files_that_cannot_be_used_are_refused(
    read: RegistersRead, worker: SetupDriver, tmp_path: Path
) -> None:
    (tmp_path / "torn.json").write_text('{"model": "sts3215"')
    (tmp_path / "other.json").write_text('{"model": "xl430-w250", "servo_id": 3, "registers": {}}')
    refused = {
        RestoreRegisters(PORT, str(tmp_path / "none.json")): "setting_invalid",
        RestoreRegisters(PORT, str(tmp_path / "torn.json")): "backup_damaged",
        RestoreRegisters(PORT, str(tmp_path / "other.json")): "backup_of_other_model",
        RestoreRegisters(PORT, str(tmp_path)): "backup_damaged",
        BackUpRegisters(PORT, str(tmp_path)): "setting_invalid",
        BackUpRegisters(PORT, str(tmp_path / "torn.json" / "below.json")): "setting_invalid",
    }
    for command, code in refused.items():
        assert worker.problem(command).code == code, command
    worker.ask(READ, RegistersRead)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (ReadRegisters(PORT, 9, "sts3215"), "servo_not_responding"),
        (ReadRegisters(PORT, 3, "sts3215", 57_600), "servo_not_responding"),
        (ReadRegisters(PORT, 3, "hal9000"), "unknown_choice"),
        (ReadRegisters(PORT, 3000, "sts3215"), "setting_invalid"),
        (ReadRegisters(PORT, -3, "sts3215"), "setting_invalid"),
        (ReadRegisters(PORT, 3, "sts3215", -1), "setting_invalid"),
    ],
)
def test_a_servo_that_cannot_be_read_is_told_and_the_next_is_read(
    asked: ReadRegisters, code: str, two_so101: BenchClient, worker: SetupDriver
) -> None:
    assert worker.problem(asked).code == code
    assert worker.problem(WriteRegister(PORT, "P_Coefficient", 20)).code
    assert counts(worker.ask(READ, RegistersRead), "ID") == 3


def test_after_the_adapter_was_pulled_out_the_port_is_opened_anew(
    two_so101: BenchClient, read: RegistersRead, worker: SetupDriver
) -> None:
    two_so101.command("unplug_adapter", chain="left_follower")
    assert worker.problem(READ).code == "port_lost"
    worker.wait_for_end_of("registers")
    assert is_free(PORT)
    assert worker.problem(READ).code == "port_not_found"
    two_so101.command("plug_adapter", chain="left_follower")
    worker.ask(READ, RegistersRead)
    worker.send(StopPort(PORT))
    worker.story.wait_for(PortDone, since=worker.story.mark() - 1)
