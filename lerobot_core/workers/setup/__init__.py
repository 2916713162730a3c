"""The set-up worker: finds devices, checks and names servos, calibrates arms. Moves nothing."""
