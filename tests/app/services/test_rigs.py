from dataclasses import replace

from app.services.rigs import list_rigs, prepare_rigs, remember_choice
from lerobot_core.control.rig import rig_folder, save_rig
from lerobot_core.control.virtual import NAMES, VIRTUAL_RIG_NAME, virtual_rig


def test_the_first_start_makes_the_virtual_rigs() -> None:
    rig = prepare_rigs()
    assert rig.name == VIRTUAL_RIG_NAME
    assert rig.path.exists()
    assert rig in list_rigs()
    assert all(entry.rig.is_virtual for entry in list_rigs())
    assert {entry.name for entry in list_rigs()} == set(NAMES.values())


def test_the_rig_that_was_chosen_last_is_opened_next_time() -> None:
    prepare_rigs()
    save_rig(replace(virtual_rig("other"), name="Bench 2"))
    bench = next(rig for rig in list_rigs() if rig.name == "Bench 2")
    remember_choice(bench)
    assert prepare_rigs() == bench


def test_a_choice_that_is_gone_falls_back_to_the_virtual_rig() -> None:
    virtual = prepare_rigs()
    path = save_rig(replace(virtual_rig("other"), name="Bench 2"))
    remember_choice(next(rig for rig in list_rigs() if rig.path == path))
    path.unlink()
    assert prepare_rigs() == virtual


def test_a_damaged_rig_is_left_out_and_left_alone() -> None:
    prepare_rigs()
    damaged = rig_folder() / "damaged.json"
    damaged.write_text("{", encoding="utf-8")
    assert {rig.name for rig in list_rigs()} == set(NAMES.values())
    assert damaged.exists()


def test_an_operators_change_to_the_virtual_rig_is_kept() -> None:
    prepare_rigs()
    save_rig(replace(virtual_rig(), ease_in_s=2.5))
    assert prepare_rigs().rig.ease_in_s == 2.5
