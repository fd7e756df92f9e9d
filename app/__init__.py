"""Efface: a personal-data deletion request portal."""
