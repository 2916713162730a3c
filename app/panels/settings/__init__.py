"""Settings: how the window looks, where things are kept, and what this program is."""
