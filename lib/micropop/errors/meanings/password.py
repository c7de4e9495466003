"""The password is wrong, or a person must see to it: trying again does not help, even where "later" is said too."""

ROWS = (
    (None, 0, "passw+incorrect|passw+wrong|passw+invalid|passw+bad |passw+not |passw+error|passw+mismatch|bad login"),
    (None, 0, "locked+administrator|locked+contact|locked+support|locked+secur|suspended|locked out"),
    (None, 0, "not available for|unavailable for|later version|message+available|command+available"),
    (None, 0, "passwor|kennwor|mot de passe|identifiants|contrase|senha|wachtwoord|has*o|adgangskode|l*senord|heslo"),
    # Chinese, Japanese, Korean, Russian; Chinese in GBK
    (None, 0, "密码 密碼 パスワード 비밀번호 арол".encode() + b" \xc3\xdc\xc2\xeb"),
)
