"""What micropop raises: that every error has its words, and that the texts of servers are understood."""
