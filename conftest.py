"""A failed assertion of a helper shows its values, as one of a test does; it is to be asked for before the import."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests")
