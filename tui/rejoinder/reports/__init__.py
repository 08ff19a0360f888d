"""From answers to files and lines: what leaves the archive for other programs."""
