"""What is kept, and who may see it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from sqlalchemy import MetaData
from sqlmodel import SQLModel


def everything() -> MetaData:
    """Every table there is, once every module that declares one is read."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.name.startswith(f"{__name__}.migrations"):
            import_module(module.name)
    return SQLModel.metadata
