"""The one way in which setting up fails: a line for people."""


class CannotGoOn(Exception):
    """Something that the user has to do first. The text says what, with the command to run."""
