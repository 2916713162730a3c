"""What every error is made of, and the list of all."""

from typing import ClassVar

Fact = str | int | float
Facts = dict[str, Fact]

ERRORS: dict[str, type["WorkbenchError"]] = {}
"""Every error by its code, so that one reported by a worker finds its sentence again."""


class WorkbenchError(Exception):
    """A failure to be shown to the operator.

    Raises:
        KeyError: a fact that the sentence or the hint speaks of was not given.
    """

    code: ClassVar[str] = "failure"
    sentence: ClassVar[str] = "Something went wrong."
    hint_template: ClassVar[str] = ""

    def __init_subclass__(
        cls, *, code: str, sentence: str, hint: str = "", **kwargs: object
    ) -> None:
        super().__init_subclass__(**kwargs)
        if code in ERRORS:
            raise TypeError(f"two errors are both called {code!r}")
        cls.code, cls.sentence, cls.hint_template = code, sentence, hint
        ERRORS[code] = cls

    def __init__(self, **facts: Fact) -> None:
        self.facts: Facts = facts
        super().__init__(self.sentence.format(**facts))

    @property
    def hint(self) -> str:
        """What to try next; empty when there is nothing to be done but to look at the sentence."""
        return self.hint_template.format(**self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.facts)


def _rebuild(code: str, facts: Facts) -> WorkbenchError:
    return ERRORS[code](**facts)


class DeviceError(
    WorkbenchError, code="device", sentence="A device failed: {what}", hint="Try to connect again."
):
    """An arm, a port or a camera does not do its part."""
