"""Words that are said of a wrong password too, so that others beside them decide."""

ROWS = (
    (None, 0, "passw|credential|user name|username|unknown|no such|not found|invalid|incorrect|wrong|bad "),
    (None, 0, "auth+fail|auth+error|login+fail|logon+fail"),
    ("TemporaryFailure", 60, "later |wait |again in|again after|retry in|retry after|in a moment|in a few|again soon"),
    (None, 0, "account+locked|user+locked"),
    ("InUse", 60, "lock |locked |locking |lockfile "),
)
