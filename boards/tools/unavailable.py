"""The one error of everything that fetches a tool."""


class Unavailable(Exception):
    """Something that was asked for cannot be had on this machine; the text says in one line what is missing."""
