from collections.abc import Mapping

import pytest

from lerobot_core.motors.tables import MODELS, SCS, STS_SMS, Register, alarm_words


@pytest.mark.parametrize("registers", [STS_SMS, SCS])
def test_registers_do_not_overlap(registers: Mapping[str, Register]) -> None:
    places = {(place.address, place.size) for place in registers.values()}
    covered = [address for start, size in places for address in range(start, start + size)]
    assert len(covered) == len(set(covered))


def test_model_numbers_differ() -> None:
    numbers = [model.number for model in MODELS.values() if model.number is not None]
    assert len(numbers) == len(set(numbers))


def test_scs_servos_have_no_signs_and_no_homing_offset() -> None:
    assert all(place.sign_bit is None for place in SCS.values())
    assert not {"Homing_Offset", "Operating_Mode", "Present_Current"} & SCS.keys()
    assert (SCS["Lock"].address, STS_SMS["Lock"].address) == (48, 55)
    assert {name: MODELS[name].number for name in ("scs0009", "sts3250", "sm8512bl")} == {
        "scs0009": 1284,
        "sts3250": 2825,
        "sm8512bl": 11272,
    }


def test_alarms_are_told_in_words() -> None:
    assert alarm_words(0x24) == "too hot, overload"
    assert alarm_words(0x40) == "error 0x40"
