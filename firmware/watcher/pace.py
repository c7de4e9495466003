"""When to look for mail next: the interval, LOGIN-DELAY, and after failures longer and longer pauses."""

from random import getrandbits

_FIRST = 15  # seconds after the first failure
_LONGEST = 3600  # seconds
_LOCKED_OUT = 3600  # seconds after a refused password: servers lock accounts that try too often


class Pace:
    """The seconds to wait after each poll.

    :param int interval: seconds between two polls
    :param bool patient: never wait less than the interval, whatever happened: for a board that sleeps, and forgets

    ``failures``: polls that failed since the last that did not. ``login_delay``: seconds that the server wants between
    two logins (RFC 2449), 0 if it did not say.
    """

    def __init__(self, interval, patient=False):
        self.interval = interval
        self.patient = patient
        self.failures = self.login_delay = 0

    def after_success(self):
        """Seconds to wait after a poll that went well."""
        self.failures = 0
        return self._spread(max(self.interval, self.login_delay))

    def after_failure(self, refused=False, retry_after=None):
        """Seconds to wait after one that did not.

        :param bool refused: the server does not let us in, and will not before a person mends it
        :param retry_after: seconds that the server wants us to wait, or None
        """
        self.failures += 1
        wait = min(_FIRST << min(self.failures - 1, 12), max(_LONGEST, self.interval))
        if refused:
            wait = max(wait, _LOCKED_OUT)
        if retry_after:
            wait = max(wait, retry_after)
        if self.patient:
            wait = max(wait, self.interval)
        return self._spread(max(wait, self.login_delay))

    def _spread(self, seconds):
        # up to an eighth more: never earlier than a server allows, and boards that started together part
        return seconds + seconds * getrandbits(8) / 2048
