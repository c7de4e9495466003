"""What servers say in English: the exception, seconds to rest, and the phrases; see ``said()``. None: no reason to
try again soon."""

ROWS = (
    (None, 0, "too many arg|too many param|too many word|later version|not available for|unavailable for"),
    (None, 0, "message+available|command+available|command+unavailable"),
    (
        "LoginDelay",
        300,
        "too many|too often|too frequen|too soon|too fast|too quick|login limit|logon limit|connection limit"
        "|session limit|rate limit|login rate|throttl|maximum number|maximum+connections|maximum+sessions"
        "|max connections|once every|once per|minutes between|seconds between|reduce the freq|login+exceed|connection+exceed",
    ),
    (None, 0, "passw+incorrect|passw+wrong|passw+invalid|passw+bad |passw+not |passw+error|passw+mismatch|bad login"),
    (None, 0, "locked+administrator|locked+contact|locked+support|locked+secur|suspended|locked out"),
    (
        "InUse",
        60,
        "in use|inuse|being used|used by|already lock|already open|already log|already in |already connect"
        "|already active|already run|duplicate login|duplicate session|another session|another client|another process"
        "|another connection|another program|another pop|another user|by another|simultaneous|concurrent"
        "|multiple login|multiple session|multiple connection|session active|session is active|active session"
        "|only one session|only one connection|mailbox+busy|maildrop+busy|lock busy|mailbox+lock|maildrop+lock"
        "|mail drop+lock|exclusive|locked by",
    ),
    (
        "TemporaryFailure",
        60,
        "temporar|unavailable|server+not available|service+not available|system+not available|mailbox+not available"
        "|maildrop+not available|currently not available|busy |overload|maintenance|shutting down|shut down"
        "|going down|internal error|internal server|internal fail|server error|system error|system problem"
        "|out of memory|out of resource|timed out|timeout|time out|not ready|can t connect|cannot connect"
        "|could not connect|unable to connect|backend|high load|heavy load|load too|load average|starting up"
        "|went wrong|open+mailbox|open+maildrop",
    ),
    # these words are said of a wrong password too
    (None, 0, "passw|credential|user name|username|unknown|no such|not found|invalid|incorrect|wrong|bad "),
    (None, 0, "auth+fail|auth+error|login+fail|logon+fail"),
    ("TemporaryFailure", 60, "later |wait |again in|again after|retry in|retry after|in a moment|in a few|again soon"),
    (None, 0, "account+locked|user+locked"),
    ("InUse", 60, "lock |locked |locking |lockfile "),
)
