"""Another session has the mailbox."""

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
)
