"""Charsets of one octet a character; each module is one of them."""
