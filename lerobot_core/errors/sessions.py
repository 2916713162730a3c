"""Sessions and jobs."""

from lerobot_core.errors.base import WorkbenchError


class SessionError(
    WorkbenchError,
    code="session",
    sentence="The session failed: {what}",
    hint="Restart the session.",
):
    """The process that drives the arm is in trouble, seen from the window."""


class SessionNotStarted(
    SessionError,
    code="session_not_started",
    sentence="The session that drives the arm could not be started: {reason}",
    hint="Restart the session; if that fails again, install the program again.",
):
    pass


class SessionEnded(
    SessionError,
    code="session_ended",
    sentence="The session that drives the arm ended unexpectedly. {guard}",
    hint="Restart the session.",
):
    pass


class SessionSilent(
    SessionError,
    code="session_silent",
    sentence="The session that drives the arm does not answer. {guard}",
    hint="Wait for it, or restart the session.",
):
    pass


class JobVanished(
    WorkbenchError,
    code="job_vanished",
    sentence="The job “{job}” ended without a report.",
    hint="Open its log, then start it again.",
):
    pass
