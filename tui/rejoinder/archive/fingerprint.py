"""What tells an archive's contents from another's, whatever the file is called and wherever it lies."""

from __future__ import annotations

import hashlib

from rejoinder.archive.protocol import Archive


def fingerprint(archive: Archive) -> str:
    """SHA-256 (hex) over the fingerprints of its sources and its number of posts.

    The same exports imported anew give the same; one more export, or a post forgotten, gives another.
    """
    figures = archive.figures()
    lines = sorted(f"{source.fingerprint} {source.format} {source.name}" for source in archive.sources())
    lines.append(f"{figures.posts} {figures.context}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
