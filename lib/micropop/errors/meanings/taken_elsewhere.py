"""Another session has the mailbox: what servers say in other languages than English."""

ROWS = (
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Danish, Swedish
    (
        "InUse",
        60,
        "in benutzung|bereits angemeldet|bereits ge*ffnet|bereits gesperrt|bereits verwendet|wird verwendet"
        "|postfach+gesperrt|mailbox+gesperrt|d*j* utilis|d*j* ouver|d*j* connect|d*j* verrouill|deja utilis"
        "|deja ouver|deja connect|boite+verrouill|en cours d utilisation|bo*te+verrouill|en uso|ya est* abiert"
        "|buz*n+bloquead|buzon+bloquead|in uso|gi* apert|casella+bloccat|em uso|caixa+bloquead|in gebruik"
        "|reeds geopend|w u*yciu|i brug|anv*nds",
    ),
    # Chinese, Japanese, Russian; Chinese in GBK: logged in twice, in use, occupied
    ("InUse", 60, "重复登录 重複登入 正在使用 使用中 占用 ロック спользуется".encode()),
    (
        "InUse",
        60,
        b"\xd6\xd8\xb8\xb4\xb5\xc7\xc2\xbc \xd5\xfd\xd4\xda\xca\xb9\xd3\xc3 \xca\xb9\xd3\xc3\xd6\xd0 \xd5\xbc\xd3\xc3",
    ),
)
