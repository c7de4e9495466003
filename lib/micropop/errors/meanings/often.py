"""Too many, too often."""

ROWS = (
    (
        "LoginDelay",
        300,
        "too many|too often|too frequen|too soon|too fast|too quick|login limit|logon limit|connection limit"
        "|session limit|rate limit|login rate|throttl|maximum number|maximum+connections|maximum+sessions"
        "|max connections|max sessions|time between|slow down|limit exceeded|limit reached|exceeded+limit|once every"
        "|once per|minutes between|seconds between|reduce the freq|login+exceed|connection+exceed",
    ),
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Danish, Swedish
    (
        "LoginDelay",
        300,
        "zu viele|zu oft|zu h*ufig|zu haeufig|nur alle|trop de|trop souvent|trop fr*quen|trop frequen|demasiad"
        "|troppi|troppe|troppo|muitas|muitos|te veel|te vaak|zbyt wiele|zbyt cz|for mange|for ofte|f*r m*nga"
        "|f*r ofta",
    ),
    # Chinese, Japanese, Korean; Chinese in GBK
    ("LoginDelay", 300, "过多 太多 過多 多すぎ 너무".encode() + b" \xb9\xfd\xb6\xe0 \xcc\xab\xb6\xe0"),
)
