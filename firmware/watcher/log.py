"""A small log on flash that never grows past its bound, and never shows a secret. What is logged is printed too."""

from micropop.memory import forgetting


class Log:
    """Two files: when the newer is full it takes the older's place.

    :param int size: bytes that both may take together; 0: print only, spare the flash
    :param secrets: texts that are shown as ``***``

    ``last``, ``times``: the last text, and how often it came again.
    """

    last = None
    times = 0

    def __init__(self, size, secrets=()):
        self.size = size
        self.secrets = secrets

    def __call__(self, text):
        """Log a text. The same again and again is counted, not repeated, so that a long failure spares the flash."""
        with forgetting("watcher"):
            from .log_files import note

            note(self, text)
