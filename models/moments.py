"""Moments in columns: aware on both sides, whichever database keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field


class _Written(DATETIME):
    """How SQLite keeps a moment: as text. Read by Python's own parser, which takes a sixth of the usual one's time."""

    def bind_processor(self, dialect: Dialect) -> None:  # noqa: ARG002 - the shape of the parent's method
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> None:  # noqa: ARG002 - as above
        return None

    def literal_processor(self, dialect: Dialect) -> Callable[[Any], str]:  # noqa: ARG002 - as above
        return "'{}'".format


class Moment(TypeDecorator[datetime]):
    """An instant. Aware on both sides; kept in UTC, also by SQLite, which keeps no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "sqlite":
            return dialect.type_descriptor(self.impl_instance)
        return dialect.type_descriptor(_Written())  # type: ignore[no-untyped-call]  # SQLAlchemy left its types out

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        value = value.astimezone(UTC)
        return value.isoformat(" ", "microseconds")[:_NO_ZONE] if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value


_NO_ZONE = -len("+00:00")


def moment(**kwargs: Any) -> Any:
    """A column for an instant."""
    return Field(sa_type=Moment, **kwargs)
