"""`make sim`: mail arrives on a virtual board."""
