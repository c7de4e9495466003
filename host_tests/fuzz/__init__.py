"""Random input: whatever a server sends, the result is right or a typed error, and nothing is left behind."""
