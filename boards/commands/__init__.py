"""What `make` runs for a board: a file for each command."""
