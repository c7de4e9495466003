"""The salted password that SCRAM took seconds to make, for the next login of the same session or of another."""

STAYS = True  # see memory.py

known = [None, None]  # (user, password, salt, iterations), and what they give
