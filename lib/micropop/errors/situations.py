"""What can go wrong: the exception of each situation. Loaded to make one, and forgotten again; so are the texts, of
which one module is loaded, as little memory may be free."""

from ..memory import forgetting

# not as an attribute of the package, which MicroPython may not have been able to set when memory was short
errors = __import__("micropop.errors", None, None, ("Error",))

# the module in ``advice/`` with the texts; the exception; its situations
KINDS = (
    "network:ConnectionLost:close:lost:connect:host:",
    "network:Timeout:timeout:os timeout:",
    "network:InvalidArgument:bad host:",
    "mail:LimitExceeded:limit:leftover:",
    "mail:ProtocolError:line:endless:unasked:protocol:impostor:attack:other size:",
    "mail:Timeout:stream:",
    "means:InvalidArgument:file:no ca:bad ca:radio:own roots:",
    "means:TLSError:stls:",
    "means:InvalidState:no asyncio:event loop:",
    "tls:TLSError:no stls:unknown-ca:unknown-ca or memory:unknown-ca or wrong-host:wrong-host:dates:memory:handshake:",
    "calls:InvalidArgument:text:method:",
    "calls:AuthenticationError:APOP:unusable:",
    "calls:CleartextRefused:cleartext:",
    "calls:InvalidArgument:language:count:tls:port:",
    "calls:PayloadTooSmall:pool:size:",
    "calls:PoolEmpty:allocate:",
    "calls:InvalidIndex:index:no mail:",
    "order:InvalidState:release:lent:open:busy:end:ended:closed:over:login first:logged in:",
)


def exception(situation, details):
    """The exception for ``situation``: see ``problems.problem``."""
    if situation == "state":
        situation, details = state(*details)
    elif situation == "number":
        situation, details = number(*details)
    elif situation == "line":
        with forgetting():
            from .readable import text_of

            details = (text_of(*details)[:60],)
    elif situation == "os":
        situation = os_error(*details)
    part, name = kind_of(situation)
    text = worded(part, situation, details)
    kind = getattr(errors, name)
    made = kind("", text, "") if hasattr(kind, "retry_after") else kind(text)
    if name == "TLSError":
        made.reason = situation
    elif situation == "no mail":
        made.status = 0xB2
    elif situation == "leftover":
        made.fatal = True
    elif situation == "stream":
        made.fatal = False
    return made


def kind_of(situation):
    # where its text is, and the name of its exception
    for names in KINDS:
        if ":" + situation + ":" in names:
            return names.split(":", 2)[:2]
    raise KeyError(situation)


def worded(part, situation, details):
    # its message, or where the memory is used up just what it is called
    try:
        with forgetting():
            text = __import__("micropop.errors.advice." + part, None, None, ("TEXTS",)).TEXTS[situation]
            return text % details if details else text
    except MemoryError:
        return situation


def state(current, why):
    # what stands in the way of a command
    if current == "CLOSED":
        return ("over", (why,)) if why else ("closed", ())
    if current == "AUTHORIZATION":
        return "login first", ()
    return "logged in", (current,)


def number(given, highest):
    # an index that no mail can have
    if isinstance(given, int) and given is not True and given > 0:
        return "no mail", (given, highest)
    return "index", (given,)


def os_error(error):
    # a socket's exception
    code = error.args[0] if error.args else None
    if code in (110, 116, 60, -110, -116, "timed out") or type(error).__name__ == "TimeoutError":
        return "os timeout"
    return "lost"
