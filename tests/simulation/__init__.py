"""A company that lives for years in minutes, to see whether anything is ever lost, doubled or badly timed."""
