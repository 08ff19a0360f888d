"""Between Textual and the line to the terminal."""
