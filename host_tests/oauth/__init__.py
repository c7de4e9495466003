"""Tokens that renew themselves: a provider for the tests, and all that may go wrong with one."""
