"""The project as a whole: what it says of itself in several places, and who imports whom."""
