"""The Calibrate panel: an arm's joints are swept, compared, saved and mirrored.

``state`` is what it knows and ``words`` what it says; neither knows Qt's widgets. The library of
calibrations is a view of its own inside the panel, with a state and a controller of its own.
"""
