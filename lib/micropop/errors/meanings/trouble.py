"""The server's own trouble: what servers say of that, in English first."""

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
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Danish, Swedish, Finnish, Czech, Turkish
    (
        "TemporaryFailure",
        60,
        "sp*ter|spaeter|vor*bergehend|voruebergehend|*berlastet|ueberlastet|ausgelastet|nicht verf*gbar"
        "|nicht erreichbar|warten|besch*ftigt|plus tard|temporair|indisponible|occup|patient|m*s tarde|mas tarde"
        "|temporal|ocupad|no disponible|espere|pi* tardi|piu tardi|temporane|non disponibil|mais tarde|tempor*ri"
        "|indispon*vel|aguarde|tijdelijk|bezet|niet beschikbaar|p*niej|tymczasow|zaj*t|niedost*pn|senere|midlertidig"
        "|senare|tillf*llig|upptagen|my*hemmin|tilap*isesti|pozd*ji|do*asn|daha sonra",
    ),
    # Chinese, Russian; Chinese in GBK: frequent (QQ lists it beside a wrong password), too
    ("LoginDelay", 300, "频繁 頻繁 лишком".encode() + b" \xc6\xb5\xb7\xb1"),
    # Chinese, Japanese, Korean, Russian; Chinese in GBK: later, in a moment, busy, for now
    (
        "TemporaryFailure",
        60,
        "稍后 稍候 稍後 繁忙 暂时 暫時 しばらく 一時的 나중 잠시 озже анят ременно".encode()
        + b" \xc9\xd4\xba\xf3 \xc9\xd4\xba\xf2 \xb7\xb1\xc3\xa6 \xd4\xdd\xca\xb1",
    ),
)
