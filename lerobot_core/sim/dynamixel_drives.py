"""How fast Dynamixel X servos turn. Source: the specifications in the ROBOTIS e-manual."""

NO_LOAD_RPM = {
    "xl330-m077": 383,
    "xl330-m288": 103,
    "xl430-w250": 61,
    "xm430-w350": 46,
    "xm540-w270": 30,
    "xc430-w150": 106,
    "xh540-w150": 70,
    "xc330-t288": 65,
    "xc330-t181": 104,
}
"""Model → revolutions per minute without load, at the voltage it is made for."""
