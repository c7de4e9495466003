"""Another session has the mailbox: what servers say of that, in English first."""

ROWS = (
    # this is not the lock of a session
    (None, 0, "locked+administrator|locked+contact|locked+support|locked+secur|suspended|locked out"),
    (
        "InUse",
        60,
        "in use|inuse|being used|used by|already lock|already open|already log|already in |already connect"
        "|already active|already run|duplicate login|duplicate session|another session|another client"
        "|another process|another connection|another program|another pop|another user|by another|simultaneous"
        "|concurrent|multiple login|multiple session|multiple connection|session active|session is active"
        "|active session|only one|session+already|opened by|accessed by|mailbox+busy|maildrop+busy|lock busy"
        "|mailbox+lock|maildrop+lock|mail drop+lock|exclusive|locked by",
    ),
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
