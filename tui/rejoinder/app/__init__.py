"""The terminal: the only floor that knows Textual and Rich."""
