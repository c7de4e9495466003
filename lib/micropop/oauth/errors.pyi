from ..errors import AuthenticationError

STAYS: bool

class TokenRefused(AuthenticationError):
    def __init__(self, code: str, text: str, advice: str) -> None: ...
