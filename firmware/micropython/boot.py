"""Runs first, when the board gets power, was reset, or wakes up."""

import gc

# Collected this often (bytes allocated), garbage does not spread over the whole memory, and what stays lies side by
# side: the large pieces that TLS wants remain free, and an ESP32's heap does not grow out of its first 56 KB.
gc.threshold(4096)
