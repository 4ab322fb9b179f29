"""Every select on accounts, invitations and one-time links."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, true, update

from server.access import roles
from server.access.actor import Actor
from server.access.predicates import area_rows
from server.accounts.models import Invitation, OneTimeLink, RecoveryCode, SecondFactor, User
from server.kit.database import db
from server.kit.repository import Repository
from server.kit.statement import Statement, as_uuid

_NAMES = Statement("SELECT id, name FROM user_account WHERE id IN :ids")


class Users(Repository[User]):
    """People are seen by those who look after people in an area where they hold a role."""

    model = User

    def visible_to(self, actor: Actor) -> Select[Any]:
        condition = (
            true()
            if actor.system_reason
            else User.id.in_(roles.holders_in(actor.areas_for("people.read")))
        )
        return select(User).where(condition)

    def by_phone(self, phone_blind: str) -> User | None:
        """The account of a phone number, for logging in."""
        return db.session.scalars(select(User).where(User.phone_blind == phone_blind)).one_or_none()

    def by_id(self, user_id: uuid.UUID) -> User | None:
        """One account, for the person themself."""
        return db.session.get(User, user_id)

    def listed(self, actor: Actor, area_id: str | None) -> list[User]:
        """Visible people, perhaps of one area only, by name."""
        query = self.visible_to(actor)
        if area_id is not None:
            query = query.where(User.id.in_(roles.holders_in((area_id,))))
        return list(db.session.scalars(query.order_by(User.name, User.id)))

    def names(self, user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
        """Names by id."""
        wanted = list(set(user_ids))
        rows = _NAMES.rows(ids=wanted) if wanted else []
        return {key: row[1] for row in rows if (key := as_uuid(row[0])) is not None}

    def standing(self, user_ids: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
        """Ids and names of those whose account is open, by name."""
        rows = db.session.execute(
            select(User.id, User.name)
            .where(User.id.in_(set(user_ids)), User.disabled_at.is_(None))
            .order_by(User.name, User.id)
        )
        return [(user_id, name) for user_id, name in rows]

    def in_area(self, area_id: str) -> list[User]:
        """Everybody who holds a role in one area or below."""
        return list(
            db.session.scalars(
                select(User)
                .where(User.id.in_(roles.holders_in((area_id,))), User.disabled_at.is_(None))
                .order_by(User.name, User.id)
            )
        )


def factor_of(user_id: uuid.UUID) -> SecondFactor | None:
    """A person's second factor, confirmed or only begun."""
    query = select(SecondFactor).where(SecondFactor.user_id == user_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def factored(user_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people whose second factor is confirmed."""
    query = select(SecondFactor.user_id).where(
        SecondFactor.user_id.in_(list(user_ids)), SecondFactor.confirmed_at.is_not(None)
    )
    return set(db.session.scalars(query))


def use_step(factor_id: uuid.UUID, step: int) -> bool:
    """Take the code of a time step; False when it or a later one was taken before."""
    done = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.id == factor_id, SecondFactor.last_step < step)
        .values(last_step=step)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an update has one


def use_recovery(user_id: uuid.UUID, code_blind: str, now: datetime) -> bool:
    """Take a recovery code; False when there is none such, or it was used."""
    done = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_blind == code_blind,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an update has one


def recovery_left(user_id: uuid.UUID) -> int:
    """How many recovery codes are still good."""
    query = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return int(db.session.execute(query).scalar_one())


def drop_recovery(user_id: uuid.UUID) -> None:
    """All recovery codes of a person."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


class Invitations(Repository[Invitation]):
    """Invitations of the areas in which one may invite."""

    model = Invitation

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Invitation, actor, "people.invite")

    def open_ones(self, actor: Actor, area_id: str | None, now: datetime) -> list[Invitation]:
        """Those that still wait for somebody, newest first."""
        query = self.visible_to(actor).where(
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        if area_id is not None:
            query = query.where(Invitation.area_id == area_id)
        return list(db.session.scalars(query.order_by(Invitation.id.desc()).limit(500)))

    def by_token(self, token_hash: str) -> Invitation | None:
        """The invitation a link stands for: holding the link is the right to read it."""
        return db.session.scalars(
            self.all_rows("the link itself is the right").where(Invitation.token_hash == token_hash)
        ).one_or_none()

    def use(self, invitation_id: uuid.UUID, user_id: uuid.UUID, now: datetime) -> bool:
        """Mark it used; False when somebody else was first (S63)."""
        done = db.session.execute(
            update(Invitation)
            .where(
                Invitation.id == invitation_id,
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > now,
            )
            .values(accepted_at=now, accepted_by=user_id)
            .returning(Invitation.id)
            .execution_options(synchronize_session=False)
        )
        return done.one_or_none() is not None


class OneTimeLinks(Repository[OneTimeLink]):
    """Links for one act, found only by their secret."""

    model = OneTimeLink

    def by_token(self, purpose: str, token_hash: str) -> OneTimeLink | None:
        """The link a secret stands for."""
        return db.session.scalars(
            select(OneTimeLink).where(
                OneTimeLink.token_hash == token_hash, OneTimeLink.purpose == purpose
            )
        ).one_or_none()

    def use(self, link_id: uuid.UUID, now: datetime) -> bool:
        """Mark it used; False when it was used or has run out."""
        done = db.session.execute(
            update(OneTimeLink)
            .where(
                OneTimeLink.id == link_id,
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > now,
            )
            .values(used_at=now)
            .returning(OneTimeLink.id)
            .execution_options(synchronize_session=False)
        )
        return done.one_or_none() is not None

    def forget_expired(self, before: datetime, most: int) -> int:
        """Take away links that ran out before then; returns how many."""
        old = select(OneTimeLink.id).where(OneTimeLink.expires_at < before).limit(most)
        done: Any = db.session.execute(
            delete(OneTimeLink)
            .where(OneTimeLink.id.in_(old.scalar_subquery()))
            .execution_options(synchronize_session=False)
        )
        return int(done.rowcount)

    def close_others(self, purpose: str, user_id: uuid.UUID | None, now: datetime) -> None:
        """A new link ends the earlier ones of the same purpose."""
        db.session.execute(
            update(OneTimeLink)
            .where(
                OneTimeLink.purpose == purpose,
                OneTimeLink.user_id == user_id,
                OneTimeLink.used_at.is_(None),
            )
            .values(expires_at=now)
            .execution_options(synchronize_session=False)
        )


users = Users()
invitations = Invitations()
links = OneTimeLinks()
