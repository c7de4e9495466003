"""The watcher polls thousands of times while everything around it fails in turn; its memory must stay the same."""
