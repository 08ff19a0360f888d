"""Skerry, a harbour town that does not exist: its people, its calendar and what they write (see ../SOURCE.md)."""
