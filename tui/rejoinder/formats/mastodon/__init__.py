"""Formats of Mastodon and of the other programs that speak ActivityPub."""
