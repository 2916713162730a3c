"""Families of configs whose members are picked by name."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Self, cast

from lerobot_core.errors import SettingInvalid, UnknownChoice


class Choice:
    """Base of config families whose members are picked by name.

    A class that derives from ``Choice`` itself starts a family, such as ``RobotConfig``; a
    subclass with a ``kind`` joins it by being defined, one without is a base of members.
    """

    kind: ClassVar[str]
    _members: ClassVar[dict[str, type["Choice"]]]

    def __init_subclass__(cls, *, kind: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if kind is None:
            if Choice in cls.__bases__:
                cls._members = {}
            return
        if kind in cls._members:
            raise TypeError(f"two configs are both called {kind!r}")
        cls.kind = kind
        cls._members[kind] = cls

    @classmethod
    def kinds(cls) -> list[str]:
        """The names that this family knows."""
        return sorted(cls._members)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the member that ``data["type"]`` names from the other entries.

        Raises:
            UnknownChoice: no member has this name.
            SettingInvalid: an entry is missing, unknown, or has an impossible value.
        """
        values = dict(data)
        kind = str(values.pop("type", ""))
        member = cls._members.get(kind)
        if member is None:
            raise UnknownChoice(kind=kind, known=", ".join(cls.kinds()))
        member._check_texts(values)
        try:
            return cast(Self, member.from_values(values))
        except (TypeError, ValueError) as error:
            raise SettingInvalid(setting=kind, reason=str(error)) from error

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Build one member from its own entries. Members with nested configs override this."""
        return cls(**values)

    @classmethod
    def _check_texts(cls, values: Mapping[str, Any]) -> None:
        """A number in place of an address would be noticed only where the address is used."""
        for entry in fields(cast(Any, cls)):
            value = values.get(entry.name, "")
            if entry.type in (str, "str") and not isinstance(value, str):
                raise SettingInvalid(setting=entry.name, reason=f"{value!r} is no text")

    def to_dict(self) -> dict[str, Any]:
        """The entries that ``from_dict`` builds an equal config from. Members are dataclasses."""
        names = [entry.name for entry in fields(cast(Any, self))]
        return {"type": self.kind} | {name: _plain(getattr(self, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Choice):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return value
