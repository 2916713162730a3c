"""Record: episodes of a task, into a dataset."""
