"""`pk__among=ids`: one of many numbers, which are one parameter of the query, however many they are.

Of `pk__in` with a thousand ids Django and its driver write, check and read a thousand parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, IntegerField, Lookup

# An array on PostgreSQL, as it reads one; on SQLite a table that is made of JSON (https://sqlite.org/json1.html#jeach).
FORMS = {"postgresql": "{} = ANY({}::bigint[])", "sqlite": "{} IN (SELECT value FROM json_each({}))"}


class Numbers(Field[Any, Any]):
    """Numbers as one value of a query; no model has such a column."""

    def get_db_prep_value(self, value: Iterable[int], connection: Any, prepared: bool = False) -> Any:
        numbers = ",".join(map(str, map(int, value)))
        return f"{{{numbers}}}" if connection.vendor == "postgresql" else f"[{numbers}]"


@IntegerField.register_lookup
class Among(Lookup[Any]):
    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [Numbers().get_db_prep_value(value, connection)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, of_column = self.process_lhs(compiler, connection)
        numbers, given = self.process_rhs(compiler, connection)
        return FORMS[connection.vendor].format(column, numbers), [*of_column, *given]
