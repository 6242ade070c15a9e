"""What a person has typed into the check-in and not saved yet: it outlives the tab and the session."""

from __future__ import annotations

import json
from collections.abc import Mapping

from okrdash.services.company import company
from okrdash.services.people import Actor, allow
from okrdash.services.sight import seen_key_result
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

Fields = Mapping[str, str]
"""What stands in the fields of one key result, by the field's name."""
_LONGEST = 200_000
"""Letters of one key result's fields; a paste of more than that is not kept beyond the tab."""


def keep(actor: Actor, key_result: str, fields: Fields) -> None:
    """Keeps what stands in the fields of a key result; with no fields it is forgotten.

    Raises Forbidden, NotFound where the key result is hidden, StoreError.
    """
    text = json.dumps(dict(fields), ensure_ascii=False)
    with company().write(None) as tx:
        seen_key_result(tx, allow(tx, actor, "read"), key_result)
        if not fields:
            forget(tx, actor.username, key_result)
        elif len(text) <= _LONGEST:
            tx.run(
                "INSERT INTO drafts VALUES ($1, $2, $3, $4) ON CONFLICT (username, key_result)"
                " DO UPDATE SET fields = excluded.fields, kept_at = excluded.kept_at",
                actor.username,
                key_result,
                text,
                utc_now(),
            )


def kept(actor: Actor) -> dict[str, dict[str, str]]:
    """What the actor typed and did not save, by key result. Raises Forbidden for who is signed out."""
    with company().read() as reader:
        allow(reader, actor, "read")
        rows = reader.rows("SELECT key_result, fields FROM drafts WHERE username = $1", actor.username)
    return {row["key_result"]: json.loads(row["fields"]) for row in rows}


def forget(tx: Writer, username: str, key_result: str) -> None:
    """Forgets a draft within a transaction: what was typed is saved."""
    tx.run("DELETE FROM drafts WHERE username = $1 AND key_result = $2", username, key_result)
