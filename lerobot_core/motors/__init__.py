"""Buses of servos: register tables, packets, calibration arithmetic and files."""
