"""One small module for each platform's sockets; ``micropop.connect`` picks the right one."""
