"""Every select and the set-based writes on messages."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.access.actor import Actor
from server.access.predicates import assigned, in_areas
from server.access.scope import SCOPE
from server.kit.database import db, is_postgresql
from server.kit.repository import Repository
from server.notifications.models import Message

READERS = "tasks.read"
"""Who may open every home of a committee needs no assignment to be told of one."""
OWN = {SCOPE: "own messages"}


class Messages(Repository[Message]):
    """One's own messages; of a home that is no longer one's business, none."""

    model = Message

    def visible_to(self, actor: Actor) -> Select[Any]:
        home = Message.household_id
        return (
            select(Message)
            .where(
                Message.user_id == actor.user_id,
                or_(
                    home.is_(None),
                    in_areas(Message.area_id, actor.areas_for(READERS)),
                    assigned(home, actor),
                ),
            )
            .execution_options(**OWN)
        )

    def page(self, actor: Actor, *, offset: int, limit: int) -> list[Message]:
        """Newest first."""
        query = self.visible_to(actor).order_by(Message.at.desc(), Message.id.desc())
        return list(db.session.scalars(query.offset(offset).limit(limit)))

    def count(self, actor: Actor, *, unread: bool) -> int:
        """How many there are, or how many of them were not read."""
        query = self.visible_to(actor)
        if unread:
            query = query.where(Message.read_at.is_(None))
        counted = select(func.count()).select_from(query.subquery()).execution_options(**OWN)
        return int(db.session.execute(counted).scalar_one())

    def of_phone(self, user_id: uuid.UUID, ids: Sequence[str]) -> list[Message]:
        """These messages of a person."""
        wanted = [uuid.UUID(one) for one in ids]
        query = select(Message).where(Message.id.in_(wanted), Message.user_id == user_id)
        return list(db.session.scalars(query.execution_options(populate_existing=True, **OWN)))

    def about(self, user_ids: Collection[uuid.UUID], thing_id: uuid.UUID) -> list[Message]:
        """What these people were last told of a thing."""
        query = select(Message).where(
            Message.user_id.in_(list(user_ids)), Message.thing_id == thing_id
        )
        return list(
            db.session.scalars(
                query.execution_options(
                    populate_existing=True, **{SCOPE: "system: what was told of a thing"}
                )
            )
        )

    def of_home(self, household_id: uuid.UUID) -> list[Message]:
        """Everybody's messages that are bound to a home."""
        query = select(Message).where(Message.household_id == household_id)
        return list(
            db.session.scalars(
                query.execution_options(**{SCOPE: "system: a home became part of another"})
            )
        )

    def tell(self, rows: Sequence[Mapping[str, Any]]) -> dict[uuid.UUID, uuid.UUID]:
        """Write messages about one thing, each over an older one; to whom it is news, and its id.

        The same word of the same version again is none: a cause that is told twice stays one message.
        """
        make: Any = postgresql.insert if is_postgresql() else sqlite.insert
        table: Any = Message.__table__
        statement = make(table).values([dict(row) for row in rows])
        new, old = statement.excluded, table.c
        statement = statement.on_conflict_do_update(
            index_elements=["user_id", "thing", "thing_id"],
            set_={
                name: new[name]
                for name in (
                    "area_id", "code", "version", "household_id", "facts", "urgent", "at", "read_at",
                )
            },
            where=or_(
                new.version > old.version,
                and_(new.version == old.version, new.code != old.code),
            ),
        ).returning(old.user_id, old.id)  # fmt: skip
        db.session.flush()
        return {row[0]: row[1] for row in db.session.execute(statement)}

    def read(
        self, user_id: uuid.UUID, seen: Mapping[uuid.UUID, int], now: datetime
    ) -> list[uuid.UUID]:
        """Mark what a person has seen up to these versions; ids of what was new to them."""
        if not seen:
            return []
        db.session.flush()
        done = db.session.execute(
            update(Message)
            .where(
                Message.user_id == user_id,
                Message.read_at.is_(None),
                or_(*(and_(Message.id == one, Message.version <= v) for one, v in seen.items())),
            )
            .values(read_at=now)
            .returning(Message.id)
            .execution_options(synchronize_session=False, **OWN)
        )
        return sorted(done.scalars())

    def outlived(
        self, *, read_before: datetime, any_before: datetime, most: int
    ) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
        """Id, person and committee of messages whose time is over, the oldest first."""
        over = or_(
            Message.at < any_before, and_(Message.at < read_before, Message.read_at < read_before)
        )
        query = select(Message.id, Message.user_id, Message.area_id).where(over)
        found = db.session.execute(
            query.order_by(Message.at)
            .limit(most)
            .execution_options(**{SCOPE: "system: messages whose time is over"})
        )
        return [(row[0], row[1], row[2]) for row in found]

    def beyond(self, most_each: int, limit: int) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
        """The same of messages that a person has more than so many of, newest kept."""
        rank = func.row_number().over(
            partition_by=Message.user_id, order_by=(Message.at.desc(), Message.id.desc())
        )
        crowded = select(Message.user_id).group_by(Message.user_id).having(func.count() > most_each)
        ranked = (
            select(Message.id, Message.user_id, Message.area_id, rank.label("place"))
            .where(Message.user_id.in_(crowded))
            .subquery()
        )
        found = db.session.execute(
            select(ranked.c.id, ranked.c.user_id, ranked.c.area_id)
            .where(ranked.c.place > most_each)
            .limit(limit)
            .execution_options(**{SCOPE: "system: messages beyond what a person keeps"})
        )
        return [(row[0], row[1], row[2]) for row in found]

    def drop(self, ids: Collection[uuid.UUID]) -> None:
        """Take messages away."""
        db.session.execute(
            delete(Message)
            .where(Message.id.in_(list(ids)))
            .execution_options(synchronize_session=False)
        )


messages = Messages()
