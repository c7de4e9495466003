"""Servers and networks that fail at any byte, and a program that must lose nothing by it."""
