"""Log in from this computer with the board's settings and the board's library, and say what is there.

It also takes the one root certificate that the server's chain ends in out of this computer's trust store, and puts it
beside the settings: a MicroPython board has no list of authorities, and checks the server against that root alone.
"""

import datetime
import hashlib
import ssl
from collections import Counter
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from boards.commands import settings
from boards.shared import roots, tokens
from boards.shared.payload import CERTIFICATE, MORE_CERTIFICATES
from boards.shared.refusal import Refusal
from boards.shared.steps import Steps

SOON = datetime.timedelta(days=365)
HINTS = {
    "pop.gmail.com": "Gmail takes an app password (or OAuth), and POP must be switched on in its settings",
    "outlook.office365.com": "Outlook takes no password: set POP3_OAUTH and POP3_CLIENT_ID, then `make authorize`",
    "pop.mail.yahoo.com": "Yahoo takes an app password only",
    "pop.gmx.net": "GMX wants POP3 switched on in the mailbox's settings, and with two-factor login an app password",
    "pop.gmx.com": "GMX wants POP3 switched on in the mailbox's settings, and with two-factor login an app password",
    "pop3.web.de": "WEB.DE wants POP3 switched on in the settings of the mailbox",
}


def check(path: Path, steps: Steps, ca: str | None = None, trust: str | None = None) -> None:
    """Look at the mailbox that the settings name. Nothing is downloaded or deleted.

    :param path: settings.toml; the root certificate is written beside it
    :param ca: CA=, a file with the root certificate of a server of one's own, PEM or DER
    :param trust: TRUST=, the SHA-256 fingerprint of a self-signed certificate that is to be trusted
    :raises Refusal: in one line: what is wrong, and how to put it right
    """
    given = settings.load(path)
    tokens.use_library()
    import micropop

    root = roots.read(ca) if ca else None
    _tell_more_roots(path.with_name(MORE_CERTIFICATES), steps)
    if given["OAUTH"]:
        given = given | {"TOKEN": tokens.access_token(path, given, steps)}
    try:
        if trust:
            root = _trusted(given, trust)
        with _connect_with(given, root, path.with_name(CERTIFICATE)) as client:
            if given["TLS"] != "off":
                _tell_tls(client, path.with_name(CERTIFICATE), given, steps)
            _tell_mailbox(client, given, steps)
    except micropop.TLSError as error:
        raise Refusal(f"{error}{_advice(given, error.reason)}") from None
    except micropop.AuthenticationError as error:
        raise Refusal(f"login failed: {error}{_hint(given)}") from None
    except micropop.Error as error:
        raise Refusal(str(error)) from None


def _connect(given: settings.Values, ca: bytes | None, context: ssl.SSLContext | None = None):
    import micropop

    modes = {"tls": True, "stls": "stls", "off": False}
    return micropop.connect(
        given["HOST"],
        given["PORT"] or None,
        pool=micropop.PacketPool(given["PAYLOAD"], given["PACKETS"]),
        tls=modes[given["TLS"]],
        ssl_context=context,
        ca=ca,
        timeout=given["TIMEOUT"],
    )


def _connect_with(given: settings.Values, root: bytes | None, stored: Path):
    """Connect to a server that this root, or one of this computer's, has signed; or else the root stored before."""
    import micropop

    try:
        return _connect(given, root)
    except micropop.TLSError as error:
        if root or "unknown-ca" not in error.reason or not stored.is_file():
            raise
        return _connect(given, None, roots.partial(roots.read(str(stored))))


# --- the certificate -----------------------------------------------------------------------------------------------


def _tell_tls(client, target: Path, given: settings.Values, steps: Steps) -> None:
    stream = client.transport.socket
    chain = roots.verified_chain(stream)
    shown = roots.shown_chain(stream)
    # what the server leaves out a board can only have from its own file
    left_out = len(shown) < len(chain) - 1
    anchor = chain[len(shown)] if left_out else chain[-1]
    server, root = (x509.load_der_x509_certificate(der) for der in (chain[0], anchor))
    steps.out(f"encryption    {stream.version()}, {stream.cipher()[0]}")
    steps.out(f"certificate   valid until {server.not_valid_after_utc:%Y-%m-%d}, signed by {_name(root)}")
    if left_out:
        steps.out(
            f"warning       the server leaves out its intermediate certificate, {_name(root)}: it must be told to send"
            " it; until then the board trusts that one, which changes more often than a root"
        )
    ends = root.not_valid_after_utc
    if ends - datetime.datetime.now(datetime.UTC) < SOON:
        steps.out(
            f"warning       {_name(root)} ends on {ends:%Y-%m-%d}: run `make check` and `make deploy` again before, or"
            f" put its successor into {MORE_CERTIFICATES} beside the settings"
        )
    if target.is_file() and target.read_bytes() == anchor:
        steps.out(f"root          {target.name} is that root already")
        return
    with _connect(given, None, roots.partial(anchor)):  # the board will have nothing else to go by
        steps.do(f"write that root to {target}; `make deploy` copies it to the board", target.write_bytes, anchor)


def _tell_more_roots(path: Path, steps: Steps) -> None:
    """What lies beside the settings for the board to trust as well."""
    if not path.is_file():
        return
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise Refusal(f"{path.name} has no certificates in PEM") from None
    steps.out(f"{path.name:13} the board also trusts {', '.join(map(_name, found))}")


def _name(certificate: x509.Certificate) -> str:
    for kind in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        found = certificate.subject.get_attributes_for_oid(kind)
        if found:
            return str(found[0].value)
    return certificate.subject.rfc4514_string() or "nobody"


def _shown(given: settings.Values) -> tuple[x509.Certificate, int]:
    """The certificate that the server shows, whoever it is, and how many it sends; no password is sent to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with _connect(given, None, context) as client:
        sent = roots.shown_chain(client.transport.socket)
        return x509.load_der_x509_certificate(sent[0]), len(sent)


def _fingerprint(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _trusted(given: settings.Values, trust: str) -> bytes:
    shown, _ = _shown(given)
    if _fingerprint(shown) != trust.replace(":", "").lower():
        raise Refusal(f"TRUST= is not the fingerprint of the server's certificate, which is {_fingerprint(shown)}")
    return shown.public_bytes(Encoding.DER)


def _advice(given: settings.Values, reason: str) -> str:
    """What to do about a certificate that this computer does not trust."""
    import micropop

    if "unknown-ca" not in reason:
        return ""
    try:
        shown, sent = _shown(given)
    except micropop.Error:
        return ""
    if shown.issuer != shown.subject:
        own = f". {shown.issuer.rfc4514_string()} signed it: if that authority is your own, CA=FILE with its root"
        alone = "; or the server leaves out an intermediate certificate, as it sent only its own: it must send both"
        return own + (alone if sent == 1 else "")
    return (
        f". It is signed by itself: if the server is your own and its fingerprint there is the same,"
        f" `make check TRUST={_fingerprint(shown)}`"
    )


# --- the mailbox ---------------------------------------------------------------------------------------------------


def _tell_mailbox(client, given: settings.Values, steps: Steps) -> None:
    steps.out(f"server        {given['HOST']}: {_text(client.greeting)}")
    before = client.capabilities()
    sasl = before.get("SASL", [])
    offered = [*sasl, *(["APOP"] if b"<" in client.greeting else []), *(["USER"] if "USER" in before else [])]
    client.login(
        given["USER"],
        given["PASSWORD"] or None,
        token=given["TOKEN"] or None,
        method=given["METHOD"] or None,
        cleartext=bool(given["CLEARTEXT"]),
    )
    steps.out(f"methods       {', '.join(offered) or 'it does not say'}; used: {client.method}")
    after = client.capabilities()
    others = sorted(set(after) - {"SASL", "USER", "IMPLEMENTATION"})
    steps.out(f"capabilities  {', '.join(others) or 'it does not say'}")
    if after.implementation:
        steps.out(f"software      {after.implementation}")
    if after.login_delay:
        steps.out(f"login delay   {after.login_delay} s: the watcher does not come more often")
    _tell_mails(client, given, steps)
    client.quit()


def _tell_mails(client, given: settings.Values, steps: Steps) -> None:
    count, octets = client.stat()
    steps.out(f"mails         {count:,}" + (f" with {octets:,} bytes" if octets is not None else ""))
    if not count:
        return
    limit = given["LIMIT"]
    sizes = [size for _, size in client.list()]
    if not sizes:
        steps.out("sizes         warning: LIST, which tells them, is empty")
        return
    long = sum(size > limit for size in sizes)
    steps.out(f"sizes         {min(sizes):,} to {max(sizes):,} bytes; {long:,} longer than POP3_LIMIT ({limit:,})")
    import micropop

    try:
        uids = Counter(uid for _, uid in client.uidl())
    except micropop.ServerError as error:
        steps.out(f"UIDL          the server has none ({error}): mails are told apart by their headers")
        return
    twice = sum(times - 1 for times in uids.values())
    steps.out(f"UIDL          {len(uids):,} unique names" + (f", {twice:,} given twice" if twice else ""))


def _text(greeting: bytes) -> str:
    return "".join(chr(octet) if 32 <= octet < 127 else "?" for octet in greeting)


def _hint(given: settings.Values) -> str:
    hint = HINTS.get(str(given["HOST"]).lower())
    return f" ({hint})" if hint else ""
