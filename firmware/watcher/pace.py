"""When to look for mail next: the interval, LOGIN-DELAY, and after failures longer and longer pauses."""

from random import getrandbits

try:
    from micropython import const
except ImportError:
    const = int

_LONGEST = const(3600)  # seconds


class Pace:
    """The seconds to wait after each poll.

    :param int interval: seconds between two polls
    :param int retry: seconds to wait after a first failure
    :param bool patient: never wait less than the interval, whatever happened: for a board that sleeps, and forgets

    ``failures``: polls that failed since the last that did not. ``login_delay``: seconds that the server wants between
    two logins (RFC 2449), 0 if it did not say.
    """

    def __init__(self, interval, retry=15, patient=False):
        self.interval = interval
        self.retry = retry
        self.patient = patient
        self.failures = self.login_delay = 0

    def after_success(self):
        """Seconds to wait after a poll that went well."""
        self.failures = 0
        return self._spread(max(self.interval, self.login_delay))

    def after_failure(self, at_least=0):
        """Seconds to wait after one that did not. ``at_least``: what the kind of the failure asks for, seconds."""
        self.failures += 1
        wait = min(self.retry << min(self.failures - 1, 12), max(_LONGEST, self.interval))
        if self.patient:
            wait = max(wait, self.interval)
        return self._spread(max(wait, at_least, self.login_delay))

    def _spread(self, seconds):
        # up to an eighth more: never earlier than a server allows, and boards that started together part
        return seconds + seconds * getrandbits(8) / 2048
