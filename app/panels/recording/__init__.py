"""Record: episodes of a task, into a dataset.

Empty on purpose: the controller is needed before the view is loaded.
"""
