"""Settings of a servo kept in a file, and given back."""

import json
from pathlib import Path
from typing import Any

import pytest
from wired_servos import scs_servo, servo, wire, x_servo, x_wire

from lerobot_core.errors import (
    BackupDamaged,
    BackupOfOtherModel,
    RegisterNotKept,
    RegisterOutOfRange,
    ServoHasTorque,
)
from lerobot_core.motors.register_backup import (
    ServoBackup,
    back_up,
    load_backup,
    restore,
    save_backup,
)
from lerobot_core.motors.register_table import LinkedServo, write_checked


def linked(model: str, servo_id: int = 3) -> tuple[LinkedServo, Any]:
    """The servo as it is reached, and the simulated one."""
    if model.startswith("xl"):
        link = x_wire(x_servo(servo_id, model=model))
    else:
        link = wire((scs_servo if model.startswith("scs") else servo)(servo_id, model=model))
    return LinkedServo(link, servo_id, model), link


every_model = pytest.mark.parametrize("model", ["sts3215", "scs0009", "xl330-m288", "xl430-w250"])


@every_model
def test_settings_survive_a_file_and_a_servo_that_lost_them(model: str, tmp_path: Path) -> None:
    one, _ = linked(model)
    write_checked(one, "Return_Delay_Time", 17)
    write_checked(one, "Max_Position_Limit", 700)
    path = tmp_path / "kept" / "servo.json"
    save_backup(path, back_up(one))
    other, link = linked(model, servo_id=9)
    assert set(restore(other, load_backup(path))) == {"Return_Delay_Time", "Max_Position_Limit"}
    link.chain.power_cycle()
    memory = link.chain.servo(9).memory
    assert (memory.get("Return_Delay_Time"), memory.get("Max_Position_Limit")) == (17, 700)


@every_model
def test_only_settings_are_kept(model: str) -> None:
    backup = back_up(linked(model)[0])
    assert backup.servo_id == 3
    assert "Max_Voltage_Limit" in backup.registers
    assert set(backup.registers).isdisjoint(
        {"ID", "Baud_Rate", "Model_Number", "Torque_Enable", "Goal_Position", "Present_Position"}
    )


@every_model
def test_what_is_the_same_is_not_written(model: str) -> None:
    one, link = linked(model)
    assert restore(one, back_up(one)) == []
    assert link.written == []


def test_the_file_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "servo.json"
    save_backup(path, ServoBackup("sts3215", 3, {"Phase": 12}))
    assert json.loads(path.read_text()) == {
        "model": "sts3215",
        "servo_id": 3,
        "registers": {"Phase": 12},
    }


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"model": "sts3215", "servo_id": 3}',
        '{"model": 7, "servo_id": 3, "registers": {}}',
        '{"model": "sts3215", "servo_id": "x", "registers": {}}',
        '{"model": "sts3215", "servo_id": 3, "registers": {"Phase": 1.5}}',
        '{"model": "sts3215", "servo_id": 3, "registers": {"Phase": true}}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_backup_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "servo.json"
    path.write_text(content)
    with pytest.raises(BackupDamaged):
        load_backup(path)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_backup(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("backup", "error"),
    [
        (ServoBackup("sts3250", 3, {"Phase": 1}), BackupOfOtherModel),
        (ServoBackup("sts3215", 3, {"Phase": 1, "Warp_Factor": 9}), BackupDamaged),
        (ServoBackup("sts3215", 3, {"Phase": 1, "ID": 9}), BackupDamaged),
        (ServoBackup("sts3215", 3, {"Phase": 1, "Torque_Enable": 1}), BackupDamaged),
        (ServoBackup("sts3215", 3, {"Phase": 1, "Max_Torque_Limit": 5000}), RegisterOutOfRange),
    ],
)
def test_all_is_checked_before_anything_is_written(
    backup: ServoBackup, error: type[Exception]
) -> None:
    one, link = linked("sts3215")
    with pytest.raises(error):
        restore(one, backup)
    assert link.written == []


@every_model
def test_nothing_is_restored_under_torque(model: str) -> None:
    one, link = linked(model)
    backup = ServoBackup(model, 3, {"Return_Delay_Time": 17})
    link.chain.servo(3).write(64 if model.startswith("xl") else 40, b"\x01")
    with pytest.raises(ServoHasTorque):
        restore(one, backup)
    assert link.written == []


def test_interrupted_it_goes_on_where_it_stopped() -> None:
    one, link = linked("sts3215")
    backup = ServoBackup("sts3215", 3, {"Return_Delay_Time": 17, "P_Coefficient": 9})
    simulated = link.chain.servo(3)
    whole_write = simulated.write
    simulated.write = lambda address, data: None if address == 21 else whole_write(address, data)
    with pytest.raises(RegisterNotKept):
        restore(one, backup)
    simulated.write = whole_write
    assert restore(one, backup) == ["P_Coefficient"]


def test_a_lock_is_left_closed() -> None:
    one, link = linked("scs0009")
    restore(one, ServoBackup("scs0009", 3, {"Return_Delay_Time": 17}))
    assert [packet[5] for packet in link.written] == [48, 7, 48]
    assert link.chain.servo(3).memory.get("Lock") == 1
