"""The messages, by what they are about."""
