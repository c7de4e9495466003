"""The commands for boards, and the tools that they fetch."""
