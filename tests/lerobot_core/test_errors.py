import pickle
from string import Formatter

import pytest

import lerobot_core.errors as errors
from lerobot_core.errors import ERRORS, Fact, WorkbenchError

ALL = [pytest.param(kind, id=code) for code, kind in ERRORS.items()]


def fact_names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def some_facts(kind: type[WorkbenchError]) -> dict[str, Fact]:
    """The facts that the sentence and the hint speak of, and no others."""
    names = fact_names(kind.sentence) | fact_names(kind.hint_template)
    return {name: f"<{name}>" for name in names}


@pytest.mark.parametrize("kind", ALL)
def test_is_built_from_exactly_the_facts_it_speaks_of(kind: type[WorkbenchError]) -> None:
    facts = some_facts(kind)
    error = kind(**facts)
    for value in facts.values():
        assert str(value) in f"{error} {error.hint}"
    for forgotten in fact_names(kind.sentence):
        with pytest.raises(KeyError):
            kind(**{name: value for name, value in facts.items() if name != forgotten})


@pytest.mark.parametrize("kind", ALL)
def test_speaks_in_whole_sentences(kind: type[WorkbenchError]) -> None:
    error = kind(**dict.fromkeys(some_facts(kind), "Something"))
    # Where a reason from elsewhere ends the sentence, it brings its own full stop.
    assert kind.sentence.endswith((".", "}"))
    assert str(error)[0].isupper() or not str(error)[0].isalpha()
    assert error.hint == "" or error.hint[0].isupper()


@pytest.mark.parametrize("kind", ALL)
def test_gaps_take_only_plain_facts(kind: type[WorkbenchError]) -> None:
    for name in fact_names(kind.sentence) | fact_names(kind.hint_template):
        assert name.isidentifier(), "an attribute or an index in a gap would reach into a fact"


def test_a_fact_with_braces_stays_text() -> None:
    error = errors.PortNotFound(port="{hint.__class__}")
    assert str(error) == "There is no device at {hint.__class__}."


def test_two_errors_cannot_share_a_code() -> None:
    with pytest.raises(TypeError, match="port_busy"):

        class Again(WorkbenchError, code="port_busy", sentence="Again."):
            pass


@pytest.mark.parametrize("kind", ALL)
def test_survives_the_way_to_another_process(kind: type[WorkbenchError]) -> None:
    error = kind(**some_facts(kind))
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is kind
    assert (str(arrived), arrived.hint) == (str(error), error.hint)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    drawn = set((errors.__doc__ or "").replace("·", " ").split())
    assert {kind.__name__ for kind in ERRORS.values()} <= drawn
