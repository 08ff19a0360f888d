"""What stands on the screen: widgets are handed posts and tell what happened; they never ask an archive."""
