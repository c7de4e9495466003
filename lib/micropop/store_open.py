"""The opening of a store."""

import os

from .store_files import settle


def prepare(folder):
    """Make ``folder`` if it is missing; put in order what a power cut left half done there."""
    try:
        os.mkdir(folder)
    except OSError as error:
        if error.args[0] != 17:
            raise
    settle(folder)
