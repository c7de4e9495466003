"""The board's tokens (OAuth 2), renewed on this computer by the board's own library."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from boards.shared import owner_only
from boards.shared.payload import REFRESH_TOKEN, TOKEN_CERTIFICATE
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps
from boards.tools.paths import LIB


def use_library() -> None:
    """Have the board's library on the path."""
    if str(LIB) not in sys.path:
        sys.path.append(str(LIB))


def access_token(path: Path, given: dict[str, Any], steps: Steps) -> str:
    """An access token for `make check`. A new refresh token that comes with it takes the place of the old one.

    :param path: settings.toml, beside which the refresh token lies
    :raises Refusal: in one line
    """
    use_library()
    import micropop
    from micropop.oauth import Token
    from micropop.oauth.record import REFRESH, taken

    target, root = path.with_name(REFRESH_TOKEN), path.with_name(TOKEN_CERTIFICATE)
    if not target.is_file():
        raise Refusal(f"there is no {target.name} beside the settings: `make authorize` makes it")
    with tempfile.TemporaryDirectory() as folder:
        owner_only.write(Path(folder) / target.name, target.read_bytes())
        token = Token(
            str(Path(folder) / target.name),
            given["OAUTH"],
            given["CLIENT_ID"],
            given["CLIENT_SECRET"] or None,
            scope=given["SCOPE"] or None,
            ca=str(root) if root.is_file() else None,
            timeout=given["TIMEOUT"],
        )
        try:
            found = token.get().decode()
        except micropop.Error as error:
            raise Refusal(str(error)) from None
        newest = taken(token, REFRESH)
    if newest != target.read_bytes().strip():
        steps.do(
            f"write {target}, as the old token has ended; `make deploy` copies it", owner_only.write, target, newest
        )
    return found
