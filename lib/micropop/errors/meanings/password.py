"""The password is wrong, or what was asked for is not to be had: trying again does not help, whatever else is said."""

ROWS = (
    (None, 0, "passw+incorrect|passw+wrong|passw+invalid|passw+bad |passw+not |passw+error|passw+mismatch|bad login"),
    # German, French, Spanish, Portuguese, Dutch, Polish, Danish, Swedish, Finnish, Czech
    (None, 0, "passwort|kennwor|mot de passe|identifiants|contrase|senha|wachtwoord|has*o|adgangskode|l*senord|heslo"),
    # Chinese, Japanese, Korean, Russian; Chinese in GBK
    (None, 0, "密码 密碼 パスワード 비밀번호 арол".encode() + b" \xc3\xdc\xc2\xeb"),
    (None, 0, "not available for|unavailable for|message+available|command+available|command+unavailable"),
    (None, 0, "deleted+another|expunged+another|removed+another|later version"),
    (None, 0, "too many arg|too many param|too many word"),
)
