"""The server's own trouble."""

ROWS = (
    (
        "TemporaryFailure",
        60,
        "temporar|unavailable|server+not available|service+not available|system+not available|mailbox+not available"
        "|maildrop+not available|currently not available|busy |overload|maintenance|shutting down|shut down"
        "|going down|internal error|internal server|internal fail|server error|system error|system problem"
        "|out of memory|out of resource|timed out|timeout|time out|not ready|can t connect|cannot connect"
        "|could not connect|unable to connect|backend|high load|heavy load|load too|load average|starting up"
        "|went wrong|not respond|at this time|at the moment|right now|disk full|no space|open+mailbox|open+maildrop",
    ),
)
