"""From an export to records: one module a format, all through the entry point group `rejoinder.formats`."""
