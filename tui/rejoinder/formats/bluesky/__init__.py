"""Formats of Bluesky and the AT protocol."""
