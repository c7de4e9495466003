"""What can go wrong on a board, and how often the LED blinks then. 0 blinks: all is well."""

SETTINGS = 2
WIFI = 3
SERVER = 4
LOGIN = 5
FLASH = 6
BUG = 7


class Trouble(Exception):
    """Something that a person can put right; the text says how.

    ``blinks``: one of the numbers above.
    """

    def __init__(self, blinks, text):
        super().__init__(text)
        self.blinks = blinks
