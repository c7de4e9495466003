"""The one error of the commands for boards."""


class Refusal(Exception):
    """A command that cannot or must not be done; the text says in one line why, and what to do."""
