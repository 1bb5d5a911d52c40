"""Those who try to find out who said what, for `tests/test_anonymity*.py`."""
