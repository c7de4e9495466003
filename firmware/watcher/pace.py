"""When to look for mail next: the interval, LOGIN-DELAY, and after failures longer and longer pauses."""

from random import getrandbits

_LONGEST = 3600  # seconds


def after_success(interval, login_delay=0):
    """Seconds to wait after a look that went well.

    :param int interval: seconds between two looks
    :param int login_delay: seconds that the server wants between two logins (RFC 2449), 0 if it does not say
    """
    return _spread(max(interval, login_delay))


def after_failure(failures, retry, interval, login_delay=0, at_least=0):
    """Seconds to wait after one that did not.

    :param int failures: how many in a row there were, with this one
    :param int retry: seconds to wait after the first
    :param int interval, login_delay: as for ``after_success()``
    :param int at_least: seconds that the kind of the failure asks for
    """
    wait = min(retry << min(failures - 1, 12), max(_LONGEST, interval))
    return _spread(max(wait, at_least, login_delay))


def _spread(seconds):
    # up to an eighth more: never earlier than a server allows, and boards that started together part
    return seconds + seconds * getrandbits(8) / 2048
