"""Where tokens are renewed: the addresses of providers that are known by name."""

MICROSOFT = "https://outlook.office.com/POP.AccessAsUser.All offline_access"  # the scope


def endpoint(provider, scope=None):
    """(host, port, path, scope or None) of a provider's token server.

    :param str provider: "microsoft", "google", or the address of a token server, "https://...". Behind "microsoft/" may
        stand the tenant that the app was registered in, where it is for that one alone
    :param str scope: what to ask for; None: what the user agreed to
    Raises InvalidArgument.
    """
    if provider == "google":
        return "oauth2.googleapis.com", 443, "/token", scope
    plain = not [c for c in provider if not "!" <= c <= "~"]  # anything else could end the line that it is sent in
    if plain and (provider == "microsoft" or provider.startswith("microsoft/")):
        tenant = provider[10:] or "common"
        return "login.microsoftonline.com", 443, "/%s/oauth2/v2.0/token" % tenant, scope or MICROSOFT
    place, _, path = provider[8:].partition("/")
    host = place
    port = "443"
    if place.rfind(":") > place.rfind("]"):  # the address of IPv6 stands in brackets
        host, _, port = place.rpartition(":")
    if not plain or not provider.startswith("https://") or not host or "@" in place or not port.isdigit():
        from ..errors import InvalidArgument

        raise InvalidArgument('the provider is "microsoft", "google", or an address that begins with https://')
    return host.strip("[]"), int(port), "/" + path, scope
