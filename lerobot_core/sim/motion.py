"""The profile a servo follows on its way to a goal: bounded speed, bounded acceleration."""

from math import sqrt


class Motion:
    """Where the servo wants its joint to be right now, in ticks.

    The setpoint starts at the joint when torque comes on, and then runs by itself: a joint that
    is held back is pulled harder and harder, as with a real servo.
    """

    def __init__(self) -> None:
        self._setpoint: float | None = None
        self._speed = 0.0  # ticks/s, signed

    def stop(self) -> None:
        """Torque is off: start from the joint next time."""
        self._setpoint = None
        self._speed = 0.0

    def towards(
        self,
        goal: float,
        present: float,
        top_speed: float,
        acceleration: float | None,
        seconds: float,
    ) -> float:
        """The next setpoint on the way to ``goal``. Speeds in ticks/s, ``None`` is unbounded."""
        setpoint = present if self._setpoint is None else self._setpoint
        gap = goal - setpoint
        speed = top_speed
        if acceleration is not None:  # late enough to stop at the goal
            speed = min(speed, sqrt(2 * acceleration * abs(gap)))
        self._accelerate(speed if gap > 0 else -speed, acceleration, seconds)
        step = self._speed * seconds
        arrives = abs(step) >= abs(gap) and step * gap >= 0
        if arrives:
            self._speed = 0.0
        self._setpoint = goal if arrives else setpoint + step
        return self._setpoint

    def at_speed(
        self, speed: float, present: float, acceleration: float | None, seconds: float
    ) -> float:
        """The next setpoint of a servo that turns for ever."""
        self._accelerate(speed, acceleration, seconds)
        # Measured from the joint: its position starts again at every turn.
        self._setpoint = present + self._speed * seconds
        return self._setpoint

    def _accelerate(self, speed: float, acceleration: float | None, seconds: float) -> None:
        if acceleration is None:
            self._speed = speed
            return
        change = acceleration * seconds
        self._speed = min(max(speed, self._speed - change), self._speed + change)
