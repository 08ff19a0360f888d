"""Who first answered whom: events among acts, in plain Python, the same for every engine; it knows no archive."""
