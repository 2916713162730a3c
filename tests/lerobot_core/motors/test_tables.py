from lerobot_core.motors.tables import MODELS, STS_SMS, alarm_words


def test_registers_do_not_overlap() -> None:
    places = {(place.address, place.size) for place in STS_SMS.values()}
    covered = [address for start, size in places for address in range(start, start + size)]
    assert len(covered) == len(set(covered))


def test_model_numbers_differ() -> None:
    numbers = [model.number for model in MODELS.values() if model.number is not None]
    assert len(numbers) == len(set(numbers))


def test_alarms_are_told_in_words() -> None:
    assert alarm_words(0x24) == "too hot, overload"
    assert alarm_words(0x40) == "error 0x40"
