"""The virtual bench: servo chains at byte level on the joints of a simulated arm, and cameras."""
