"""Triggers that keep the record: what the database itself refuses, whatever program asks, on SQLite and PostgreSQL.

Migrations call these functions. On SQLite, a migration that alters a sealed table rebuilds it and thereby drops its
triggers: such a migration must end with `seal(...)` again (tests/models/test_sealing.py fails where one forgot).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.migrations import RunPython

# The columns of cms_edition that are not content. All others change in a draft only.
LIFE = (
    "state live_from live_until published_at digest approved_at version edited_at edited_by_in_words submitted_at "
    "returned_with"
).split()
# Of these, the ones that may still move while an approved edition's life lies ahead.
MOVING = ["live_from", "live_until", "published_at"]
# Tables around the editions. For each: the columns that may change, and when (a condition on OLD and NEW; {now} is
# the instant a moment ago). Everything else is refused, and so is every DELETE.
WHOLE: dict[str, tuple[list[str], str]] = {
    "cms_journal": ([], ""),
    "cms_publication": (
        ["translation_group", "withdrawal_id"],
        "OLD.withdrawal_id IS NULL OR NEW.withdrawal_id IS NOT NULL",
    ),
    "cms_withdrawal": (
        ["until_at"],
        "(OLD.until_at IS NULL OR OLD.until_at > {now}) AND (NEW.until_at IS NULL OR NEW.until_at >= {now})",
    ),
    "cms_secondlook": (["looked_at", "looked_by_id", "looked_by_in_words"], "OLD.looked_at IS NULL"),
}
# Tables whose rows may go where nothing refers to them, but never change but for these columns.
FIXED: dict[str, list[str]] = {"cms_storedfile": ["findings", "confirmed_at", "confirmed_by_in_words", "unused_since"]}
OPEN_STATES = "('draft', 'in_review')"
# A transaction takes a moment: an instant this little past may still be written as "now".
GRACE_SECONDS = 10


def seal(*tables: str) -> RunPython:
    """A reversible migration operation that puts the triggers of these tables in place, replacing those there are.

    tables: cms_edition, those of WHOLE and FIXED, or a table with a column `edition_ptr_id` or `edition_id` of
    cms_edition.
    """
    return RunPython(_for_each(tables, _seal), _for_each(tables, _unseal), elidable=False)


def seal_again(*tables: str) -> RunPython:
    """For tables that are sealed, when the triggers say more than before: taken back, they stay sealed too."""
    return RunPython(_for_each(tables, _seal), _for_each(tables, _seal), elidable=False)


def unseal(*tables: str) -> RunPython:
    """The opposite: before tables are altered, to be followed by `seal`. Taken back, it seals them as they were."""
    return RunPython(_for_each(tables, _unseal), _for_each(tables, _seal), elidable=False)


def _for_each(tables: tuple[str, ...], act: Callable[[Any, str], None]) -> Callable[[Any, Any], None]:
    def run(apps: Any, schema_editor: Any) -> None:
        for table in tables:
            act(schema_editor, table)

    return run


def _seal(schema_editor: Any, table: str) -> None:
    _unseal(schema_editor, table)
    build = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
    for statement in build(schema_editor, table):
        schema_editor.execute(statement, params=None)


def _unseal(schema_editor: Any, table: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s AND name LIKE 'seal_%%'",
                [table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            return
        cursor.execute(
            "SELECT tgname FROM pg_trigger "
            "WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgname LIKE 'seal_%%'",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
            cursor.execute(f'DROP FUNCTION "{name}"()')
        if table == "cms_edition":
            cursor.execute("ALTER TABLE cms_edition DROP CONSTRAINT IF EXISTS cms_edition_lives_never_overlap")


def _columns(schema_editor: Any, table: str) -> list[str]:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _owner(columns: list[str]) -> str:
    return "edition_ptr_id" if "edition_ptr_id" in columns else "edition_id"


# --- SQLite

SQLITE_THIS_INSTANT = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
SQLITE_NOW = f"strftime('%Y-%m-%d %H:%M:%f', 'now', '-{GRACE_SECONDS} seconds')"


def _sqlite(schema_editor: Any, table: str) -> list[str]:
    columns = _columns(schema_editor, table)
    if table in WHOLE or table in FIXED:
        keys = _unique_keys(schema_editor, table)
        return [*_never_over_another(table, keys), *_sqlite_rows(table, columns)]
    if table == "cms_edition":
        return _sqlite_edition(columns)
    owner = _owner(columns)
    frozen = "(SELECT state FROM cms_edition WHERE id = {row}." + owner + ") <> 'draft'"
    rules = [
        _refuse(table, "UPDATE", f"{frozen.format(row='OLD')} OR {frozen.format(row='NEW')}"),
        _refuse(table, "DELETE", frozen.format(row="OLD")),
    ]
    if owner == "edition_id":
        rules.append(_refuse(table, "INSERT", frozen.format(row="NEW")))
        rules.append(_refuse(table, "UPDATE", "OLD.id <> NEW.id", "identity"))
        taken = f"(SELECT {owner} FROM {table} WHERE id = NEW.id)"
    else:
        taken = f"(SELECT {owner} FROM {table} WHERE {owner} = NEW.{owner})"
    taken_state = f"(SELECT state FROM cms_edition WHERE id = {taken})"
    rules.append(_refuse(table, "INSERT", f"{taken_state} <> 'draft'", "replace"))
    return rules


def _unique_keys(schema_editor: Any, table: str) -> list[list[str]]:
    """The columns of each unique key, the primary one first."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        known = connection.introspection.get_constraints(cursor, table).values()
    return [["id"], *sorted(c["columns"] for c in known if c["unique"] and c["columns"] and c["columns"] != ["id"])]


def _never_over_another(table: str, keys: list[list[str]]) -> list[str]:
    """OR REPLACE deletes the row in its way without asking the triggers of DELETE: so nothing may come in its way."""
    another = [
        f'EXISTS (SELECT 1 FROM "{table}" other WHERE other.id <> NEW.id AND '
        + " AND ".join(f'other."{column}" = NEW."{column}"' for column in key)
        + ")"
        for key in keys[1:]
    ]
    itself = f'EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id)'
    rules = [_refuse(table, "INSERT", " OR ".join([itself, *another]), "replace")]
    if another:
        rules.append(_refuse(table, "UPDATE", " OR ".join(another), "replace_update"))
    return rules


def _sqlite_rows(table: str, columns: list[str]) -> list[str]:
    """What may change in a row of WHOLE or of FIXED, and when."""
    if table in FIXED:
        return [_refuse(table, "UPDATE", _differ([column for column in columns if column not in FIXED[table]]))]
    moving, condition = WHOLE[table]
    return [
        _refuse(table, "DELETE", "1"),
        _refuse(table, "UPDATE", _differ([column for column in columns if column not in moving])),
        *([_refuse(table, "UPDATE", f"NOT ({condition.format(now=SQLITE_NOW)})", "moment")] if condition else []),
    ]


def _refuse(table: str, event: str, condition: str, name: str = "") -> str:
    return (
        f'CREATE TRIGGER "seal_{table}_{name or event.lower()}" BEFORE {event} ON "{table}" WHEN {condition} '
        f"BEGIN SELECT RAISE(ABORT, '{table} is sealed: {name or event.lower()} refused'); END"
    )


def _differ(columns: list[str]) -> str:
    return " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)


def _sqlite_edition(columns: list[str]) -> list[str]:
    table = "cms_edition"
    content = [column for column in columns if column not in LIFE]
    approved = "OLD.state = 'approved'"
    another_open = (
        "EXISTS (SELECT 1 FROM cms_edition e WHERE e.publication_id = NEW.publication_id AND e.id <> NEW.id "
        f"AND e.state IN {OPEN_STATES})"
    )
    settled = [column for column in columns if column not in MOVING]
    overlap = """NEW.state = 'approved' AND (NEW.live_until IS NULL OR NEW.live_until > NEW.live_from) AND EXISTS (
        SELECT 1 FROM cms_edition e WHERE e.publication_id = NEW.publication_id AND e.id <> NEW.id
        AND e.state = 'approved' AND (e.live_until IS NULL OR e.live_until > e.live_from)
        AND (e.live_until IS NULL OR e.live_until > NEW.live_from)
        AND (NEW.live_until IS NULL OR NEW.live_until > e.live_from))"""
    return [
        _refuse(table, "DELETE", "OLD.state <> 'draft'"),
        _refuse(table, "UPDATE", _differ(["id", "publication_id", "number"]), "identity"),
        _refuse(table, "INSERT", f"NEW.state IN {OPEN_STATES} AND {another_open}", "second_open"),
        _refuse(table, "UPDATE", f"NEW.state IN {OPEN_STATES} AND {another_open}", "second_open_update"),
        _refuse(table, "UPDATE", f"OLD.state <> 'draft' AND ({_differ(content)})", "content"),
        _refuse(table, "UPDATE", "OLD.state = 'discarded'", "discarded"),
        _refuse(table, "UPDATE", f"{approved} AND NEW.state = 'approved' AND ({_differ(settled)})", "approval"),
        _refuse(
            table,
            "UPDATE",
            f"{approved} AND NEW.state <> 'approved' AND (OLD.live_from <= {SQLITE_THIS_INSTANT} "
            f"OR NEW.state NOT IN ('in_review', 'discarded'))",
            "unschedule",
        ),
        _refuse(
            table,
            "UPDATE",
            f"{approved} AND NEW.state = 'approved' AND ("
            f"(OLD.live_from IS NOT NEW.live_from AND (OLD.live_from <= {SQLITE_THIS_INSTANT}"
            f" OR NEW.live_from < {SQLITE_NOW}))"
            f" OR (OLD.live_until IS NOT NEW.live_until AND (OLD.live_until <= {SQLITE_NOW}"
            f" OR NEW.live_until < {SQLITE_NOW}))"
            f" OR (OLD.published_at IS NOT NEW.published_at AND OLD.live_from <= {SQLITE_NOW}))",
            "past",
        ),
        _refuse(table, "UPDATE", overlap, "overlap"),
        _refuse(table, "INSERT", overlap, "overlap_insert"),
        _refuse(
            table,
            "INSERT",
            "EXISTS (SELECT 1 FROM cms_edition e WHERE (e.id = NEW.id OR e.publication_id = NEW.publication_id "
            "AND e.number = NEW.number) AND e.state <> 'draft')",
            "replace",
        ),
    ]


# --- PostgreSQL

POSTGRESQL_NOW = f"(clock_timestamp() - interval '{GRACE_SECONDS} seconds')"


def _function(table: str, name: str, events: str, body: str, level: str = "ROW") -> list[str]:
    full = f"seal_{table}_{name}"
    return [
        f'CREATE OR REPLACE FUNCTION "{full}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$seal$ DECLARE owner_state text; BEGIN {body} END $seal$",
        f'CREATE TRIGGER "{full}" BEFORE {events} ON "{table}" FOR EACH {level} EXECUTE FUNCTION "{full}"()',
    ]


def _raise(table: str, what: str) -> str:
    return f"RAISE EXCEPTION '{table} is sealed: {what} refused' USING ERRCODE = 'integrity_constraint_violation';"


def _postgresql(schema_editor: Any, table: str) -> list[str]:
    truncate = _function(table, "truncate", "TRUNCATE", _raise(table, "truncate"), "STATEMENT")
    if table in WHOLE:
        return [*_postgresql_whole(table), *truncate]
    if table in FIXED:
        changed = f"to_jsonb(OLD) - {_array(FIXED[table])} IS DISTINCT FROM to_jsonb(NEW) - {_array(FIXED[table])}"
        body = f"IF {changed} THEN {_raise(table, 'change')} END IF; RETURN NEW;"
        return [*_function(table, "change", "UPDATE", body), *truncate]
    if table == "cms_edition":
        return [*_postgresql_edition(), *truncate]
    owner = _owner(_columns(schema_editor, table))
    events = "INSERT OR UPDATE OR DELETE" if owner == "edition_id" else "UPDATE OR DELETE"
    # FOR SHARE: an approval waits for a change that is under way, and a change for an approval.
    state = "SELECT state INTO owner_state FROM cms_edition WHERE id = {row}." + owner + " FOR SHARE;"
    refuse = f"IF owner_state <> 'draft' THEN {_raise(table, 'change')} END IF;"
    body = f"""
        IF TG_OP <> 'INSERT' THEN {state.format(row="OLD")} {refuse} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        {state.format(row="NEW")} {refuse}
        RETURN NEW;"""
    return [*_function(table, "change", events, body), *truncate]


def _array(columns: list[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{column}'" for column in columns) + "]::text[]"


def _postgresql_whole(table: str) -> list[str]:
    moving, condition = WHOLE[table]
    movable = _array(moving)
    body = f"""
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - {movable} IS DISTINCT FROM to_jsonb(NEW) - {movable}
            OR NOT ({condition.format(now=POSTGRESQL_NOW) or "FALSE"}) THEN {_raise(table, "change")} END IF;
        RETURN NEW;"""
    return _function(table, "change", "UPDATE OR DELETE", body)


def _postgresql_edition() -> list[str]:
    table = "cms_edition"
    life = "ARRAY[" + ", ".join(f"'{column}'" for column in LIFE) + "]"
    moving = "ARRAY[" + ", ".join(f"'{column}'" for column in MOVING) + "]"
    now = POSTGRESQL_NOW
    update = f"""
        IF OLD.id <> NEW.id OR OLD.publication_id <> NEW.publication_id OR OLD.number <> NEW.number THEN
            {_raise(table, "identity")}
        END IF;
        IF OLD.state = 'draft' THEN RETURN NEW; END IF;
        IF to_jsonb(OLD) - {life} IS DISTINCT FROM to_jsonb(NEW) - {life} THEN {_raise(table, "content")} END IF;
        IF OLD.state = 'discarded' THEN {_raise(table, "discarded")} END IF;
        IF OLD.state <> 'approved' THEN RETURN NEW; END IF;
        IF NEW.state <> 'approved' THEN
            IF OLD.live_from <= clock_timestamp() OR NEW.state NOT IN ('in_review', 'discarded') THEN
                {_raise(table, "unschedule")}
            END IF;
            RETURN NEW;
        END IF;
        IF to_jsonb(OLD) - {moving} IS DISTINCT FROM to_jsonb(NEW) - {moving} THEN {_raise(table, "approval")} END IF;
        IF OLD.live_from IS DISTINCT FROM NEW.live_from
                AND (OLD.live_from <= clock_timestamp() OR NEW.live_from < {now})
            OR OLD.live_until IS DISTINCT FROM NEW.live_until AND (OLD.live_until <= {now} OR NEW.live_until < {now})
            OR OLD.published_at IS DISTINCT FROM NEW.published_at AND OLD.live_from <= {now}
        THEN {_raise(table, "past")} END IF;
        RETURN NEW;"""
    delete = f"IF OLD.state <> 'draft' THEN {_raise(table, 'delete')} END IF; RETURN OLD;"
    # A range of one number stands in for the number, so that no extension (btree_gist) is needed.
    overlap = (
        "ALTER TABLE cms_edition ADD CONSTRAINT cms_edition_lives_never_overlap EXCLUDE USING gist ("
        "int8range(publication_id, publication_id, '[]') WITH &&, tstzrange(live_from, live_until) WITH &&) "
        "WHERE (state = 'approved')"
    )
    return [
        *_function(table, "update", "UPDATE", update),
        *_function(table, "delete", "DELETE", delete),
        overlap,
    ]
