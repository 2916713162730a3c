"""What a look at an arm's wire can show, in words for whoever stands beside it.

As with errors, a finding has a stable ``code``, ``facts``, and English templates for a sentence
and a hint, from which translations start. Facts are numbers, names and lists of them, never
English words, and only ever fill the templates' gaps.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from lerobot_core.errors import Facts


class Severity(StrEnum):
    FINE = "fine"
    ADVICE = "advice"  # the arm works, and yet
    PROBLEM = "problem"


class Words(NamedTuple):
    """Of one code."""

    severity: Severity
    sentence: str
    hint: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Raises:
        KeyError: the code is not known, or a fact that its words speak of was not given.
    """

    code: str  # a key of WORDS
    facts: Facts = field(default_factory=dict)
    servo_ids: tuple[int, ...] = ()  # whom it concerns, to be marked in a drawing

    def __post_init__(self) -> None:
        for template in WORDS[self.code][1:]:
            template.format(**self.facts)

    @property
    def severity(self) -> Severity:
        return WORDS[self.code].severity

    @property
    def sentence(self) -> str:
        return WORDS[self.code].sentence.format(**self.facts)

    @property
    def hint(self) -> str:
        return WORDS[self.code].hint.format(**self.facts)


_FINE, _ADVICE, _PROBLEM = Severity.FINE, Severity.ADVICE, Severity.PROBLEM

WORDS: dict[str, Words] = {
    # The port
    "port_missing": Words(_PROBLEM, "There is no device at {port}.", "Plug the adapter in."),
    "port_denied_not_in_group": Words(
        _PROBLEM,
        "You are not allowed to open {port}, which belongs to the group “{group}”.",
        "Join that group with “{command}”, then log out and in again.",
    ),
    "port_denied_login_needed": Words(
        _PROBLEM,
        "You may open {port} as a member of “{group}” only after you log in again.",
        "Log out and in again.",
    ),
    "port_denied": Words(
        _PROBLEM,
        "You are not allowed to open {port}.",
        "Until it is plugged in again, this opens it: {command}",
    ),
    "port_refused": Words(
        _PROBLEM,
        "The port {port} refuses to be opened.",
        "Its bench was told to: allow it again there.",
    ),
    "port_busy": Words(
        _PROBLEM, "Another program is using {port}.", "Close the other program, then scan again."
    ),
    "port_lost": Words(
        _PROBLEM,
        "The connection to {port} was lost.",
        "Check the USB cable and the adapter, then scan again.",
    ),
    "other_ports": Words(
        _ADVICE,
        "An arm may also be at: {ports}.",
        "Move the arm by hand and let the app find its port, or choose another one.",
    ),
    # Nobody, or others than expected
    "nothing_answers": Words(
        _PROBLEM,
        "No servo answers on {port} at any baud rate.",
        "Check that the arm's power supply is on and plugged in, then the cable between the "
        "adapter and the first servo, then whether this is the arm's port.",
    ),
    "nothing_answers_so_far": Words(
        _PROBLEM,
        "No servo answers on {port} at {baudrates} baud.",
        "Check that the arm's power supply is on, then scan at all baud rates.",
    ),
    "only_noise": Words(
        _PROBLEM,
        "Something sends on {port}, but nothing that these servos would say.",
        "Check that the right robot is chosen, and that no other program uses the port.",
    ),
    "wrong_port": Words(
        _PROBLEM,
        "On {port} the ids {found} answer, but none of those expected: {expected}.",
        "This may be another arm: choose another port, or give these servos their ids.",
    ),
    "other_brand": Words(
        _PROBLEM,
        "On {port} servos of {found} answer ({ids}); {expected} was expected.",
        "Choose the robot that has these servos, or the port of the right arm.",
    ),
    "mixed_brands": Words(
        _PROBLEM,
        "On {port} servos of {found} answer as well ({ids}), beside those of {expected}.",
        "Servos of two brands cannot share a wire: unplug those of {found}.",
    ),
    "other_arm": Words(
        _PROBLEM,
        "The servos on {port} are those of another arm: {arm}.",
        "Choose that robot, or the port of the right arm.",
    ),
    # The cable
    "silent_behind": Words(
        _PROBLEM,
        "Everything after servo {last} ({last_joint}) is silent.",
        "Check the cable between servo {last} and servo {first} ({first_joint}).",
    ),
    "silent_between": Words(
        _PROBLEM,
        "Servo {servo_id} ({joint}) is silent, though servos behind it answer.",
        "Check its plugs. If they are in, give it its id again: it may have another one.",
    ),
    "silent_beside_extra": Words(
        _PROBLEM,
        "These ids are silent: {silent}. These answer instead: {extra}.",
        "Some servos may have other ids than expected: give them their ids again.",
    ),
    "silent_beside_duplicates": Words(
        _PROBLEM,
        "These ids are silent: {silent}. Their servos may share the id {duplicates}.",
        "Plug the servos in one by one and give each its id.",
    ),
    # Servos
    "duplicate_id": Words(
        _PROBLEM,
        "More than one servo seems to have the id {servo_id}.",
        "New servos all come with the id 1. Plug the servos in one by one and give each its id.",
    ),
    "wrong_baudrate": Words(
        _PROBLEM,
        "Servo {servos}: {baudrate} baud instead of {expected}.",
        "Give them their ids again, which sets the baud rate as well.",
    ),
    "wrong_model": Words(
        _PROBLEM,
        "Servo {servo_id} ({joint}) is model {found}, but {expected} was expected.",
        "Choose the right robot, or change the servo.",
    ),
    "voltage_low": Words(
        _PROBLEM,
        "Servo {servos}: {volts} V, but at least {low} V is needed.",
        "Check the power supply: its voltage, and whether it can give enough current.",
    ),
    "voltage_high": Words(
        _PROBLEM,
        "Servo {servos}: {volts} V, but no more than {high} V is allowed.",
        "Switch the power off now, and use the supply that belongs to this arm.",
    ),
    "unreadable": Words(
        _PROBLEM,
        "Servo {servo_id} answers, but cannot be read.",
        "Check the plugs of its cable.",
    ),
    "mixed_firmware": Words(
        _PROBLEM,
        "The servos have different firmware, so the arm will not connect: {versions}.",
        "Update them all to the newest version with the maker's program, {program}.",
    ),
    # Servos that report something
    "alarm_voltage": Words(
        _PROBLEM,
        "Servo {servos} reports a wrong supply voltage, which is over by now.",
        "Check the power supply and its plugs, then switch the arm's power off and on.",
    ),
    "alarm_sensor": Words(
        _PROBLEM,
        "Servo {servos} reports that its angle sensor failed.",
        "Switch the arm's power off and on. If it stays so, change the servo.",
    ),
    "alarm_heat": Words(
        _PROBLEM,
        "Servo {servos} reports that it is too hot.",
        "Let it cool before you use the arm again, and check what it has to hold.",
    ),
    "alarm_current": Words(
        _PROBLEM,
        "Servo {servos} reports too much current.",
        "Take the load off the arm, then switch its power off and on.",
    ),
    "alarm_shock": Words(
        _PROBLEM,
        "Servo {servos} reports an electrical shock, or too little power for its motor.",
        "Check that the power supply gives enough current, then switch it off and on.",
    ),
    "alarm_overload": Words(
        _PROBLEM,
        "Servo {servos} reports an overload, and has given way.",
        "Take the load off the arm, then clear the overload or switch its power off and on.",
    ),
    "extra_servos": Words(
        _ADVICE,
        "These ids answer as well, which this robot does not have: {extra}.",
        "Check that the right robot is chosen.",
    ),
    # Setting up ids
    "setup_done": Words(_FINE, "Servo {servo_id} ({joint}) is set up."),
    "setup_nobody": Words(
        _PROBLEM,
        "No servo answers.",
        "Plug in the servo of {joint}, and no other, and switch its power on.",
    ),
    "setup_several": Words(
        _PROBLEM,
        "More than one servo answers: {found}.",
        "Leave only the servo of {joint} plugged in.",
    ),
    "setup_same_servo": Words(
        _PROBLEM,
        "This still is servo {servo_id} ({last_joint}), which is set up.",
        "Unplug it for a second or two, then plug in the servo of {joint}, and no other.",
    ),
    "setup_silent": Words(
        _PROBLEM,
        "These ids do not answer, so no id was changed: {silent}.",
        "Scan the arm, mend what is found, then try again.",
    ),
    "setup_occupied": Words(
        _PROBLEM,
        "The id {servo_id} belongs to a servo that keeps it, so no id was changed.",
        "Unplug the servo that is no part of this arm.",
    ),
    "setup_not_kept": Words(
        _PROBLEM,
        "Servo {servo_id} did not keep {register} = {value}.",
        "Check its plugs and the power supply, then try again.",
    ),
    "all_fine": Words(_FINE, "All {count} servos answer, and nothing is wrong with them."),
}
"""Code → words."""
