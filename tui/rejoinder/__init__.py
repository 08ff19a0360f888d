"""Rejoinder: explore archives of public posts in a terminal."""

__version__ = "0.1.0"
