"""The one exception of this room."""

from ..errors import AuthenticationError

STAYS = True  # see memory.py


class TokenRefused(AuthenticationError):
    """The token server gives no token, and will not unless somebody does something, which the message says.

    ``code``: the server's word for it, such as ``"invalid_grant"``, or ``"HTTP 404"``. ``text``: its description.
    """

    def __init__(self, code, text, advice):
        self.advice = advice
        super().__init__(code, text)
