"""Ritme under attack: what is sent to its doors, and what people type, at its worst. `README.md` says how to run it."""
