"""Tests of the formats: from an export to records."""
