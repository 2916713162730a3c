"""Set up: finds arms and cameras, checks chains, gives ids, and builds rigs."""
