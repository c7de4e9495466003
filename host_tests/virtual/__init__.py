"""The virtual board: what everything else that needs a board rests on."""
