"""The one error of the commands for boards."""

from boards.shared.printable import printable


class Refusal(Exception):
    """A command that cannot or must not be done; the text says in one line why, and what to do."""

    def __init__(self, text: str):
        super().__init__(printable(text))
