"""What only CPython has: threads."""
