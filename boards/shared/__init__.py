"""What the commands share: what is known of boards, what goes on them, the ways to them, and what is said of it."""
