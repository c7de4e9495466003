"""What servers say in other languages that are written in Latin letters: as in ``english.py``."""

ROWS = (
    (
        "LoginDelay",
        300,
        "zu viele|zu oft|zu h*ufig|zu haeufig|trop de|trop souvent|trop fr*quen|trop frequen|demasiad|troppi|troppe"
        "|troppo|muitas|muitos|te veel|te vaak|zbyt wiele|zbyt cz|for mange|for ofte|f*r m*nga"
        "|f*r ofta|liian mon|liian usein",
    ),
    # words for a password
    (None, 0, "passwor|kennwor|mot de passe|contrase|senha|wachtwoord|has*o|adgangskode|l*senord|salasana|heslo"),
    (
        "InUse",
        60,
        "in benutzung|bereits angemeldet|bereits ge*ffnet|bereits gesperrt|bereits verwendet|wird verwendet"
        "|postfach+gesperrt|mailbox+gesperrt|d*j* utilis|d*j* ouver|d*j* connect|d*j* verrouill|en cours d utilisation"
        "|bo*te+verrouill|en uso|ya est* abiert|buz*n+bloquead|gi* in uso|in uso|gi* apert|casella+bloccat|em uso"
        "|caixa+bloquead|in gebruik|reeds geopend|w u*yciu|i brug|i bruk|anv*nds",
    ),
    (
        "TemporaryFailure",
        60,
        "sp*ter|spaeter|vor*bergehend|voruebergehend|*berlastet|ueberlastet|ausgelastet|nicht verf*gbar"
        "|nicht erreichbar|warten|besch*ftigt|plus tard|temporaire|indisponible|occup|patient|m*s tarde|mas tarde"
        "|temporal|ocupad|no disponible|espere|pi* tardi|temporane|non disponibil|mais tarde|tempor*ri|indispon*vel"
        "|aguarde|tijdelijk|bezet|niet beschikbaar|p*niej|tymczasow|zaj*t|niedost*pn|senere|midlertidig|senare"
        "|tillf*llig|upptagen|my*hemmin|tilap*isesti|pozd*ji|do*asn|daha sonra",
    ),
)
