"""What each role may do (domain.md 1.6). What is not listed is refused.

Permission names are ``feature.verb``. Upper levels read counts, not records.
"""

from __future__ import annotations

_COMMITTEE = frozenset(
    {
        "areas.read",
        "residents.read",
        "residents.write",
        "roster.import",
        "door_codes.print",
        "people.read",
        "people.invite",
        "phones.revoke",
        "tasks.read",
        "tasks.assign",
        "cadence.read",
        "cadence.care",
        "pairing.read",
        "pairing.write",
        "visits.read",
        "questions.read",
        "concerns.read",
        "concerns.handle",
        "concerns.rates",
        "patrols.read",
        "patrols.handle",
        "patrols.figures",
        "concern_rules.read",
        "attention.read",
        "attention.resolve",
        "attachments.read",
        "sync.poll",
        "sync.carry",
        "lists.export",
        "lists.take",
        "lists.keep",
        "mediation.ask",
        "disputes.read",
        "self",
    }
)
_HEAD = _COMMITTEE | {
    "people.manage",
    "sessions.manage",
    "export.archive",
    "lists.approve",
    "areas.write",
    "statement.read",
    "cadence.write",
    "concern_rules.write",
    "questions.write",
    "duty_reports.read",
    "mediation.own",
    "mediation.decide",
    "patrols.plan",
    "patrols.disputes",
}
_VOLUNTEER = frozenset({"self", "sync.device", "sync.carry", "attachments.write", "tasks.own"})

_CONSENTS = frozenset({"consents.read", "consents.write"})
"""Facts about children: their director, the head who answers for them, and the civil-affairs worker (domain.md 1.1: D, C)."""

_OFFICE_ABOVE = frozenset(
    {
        "self",
        "areas.read",
        "cadence.read",
        "cadence.write",
        "concerns.rates",
        "patrols.figures",
        "concern_rules.read",
        "concern_rules.write",
        "disputes.read",
        "lists.take",
    }
)
"""Offices above the committees make rules and read counts; they read no record."""

IN_THE_FIELD = frozenset(
    {"volunteer", "party_member", "building_head", "grid_worker", "mediator", "child_director"}
)
"""Who works on an enrolled phone; every other role holds an office and can be asked for a second factor (S5)."""

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "volunteer": _VOLUNTEER,
    "party_member": frozenset(),
    "building_head": _VOLUNTEER,
    "grid_worker": _VOLUNTEER
    | {"residents.read", "tasks.read", "sync.poll", "areas.read", "lists.keep"},
    "mediator": _VOLUNTEER | {"mediation.own", "mediation.ask", "disputes.read", "lists.take"},
    "social_worker": _COMMITTEE | _VOLUNTEER,
    "child_director": _VOLUNTEER | {"visits.child_checks"} | _CONSENTS,
    "civil_affairs_worker": _COMMITTEE
    | _VOLUNTEER
    | _CONSENTS
    | {"restricted.refer", "cadence.write", "questions.write", "patrols.plan"},
    "committee_head": _HEAD | _VOLUNTEER | _CONSENTS,
    "committee": _COMMITTEE | _VOLUNTEER,
    "committee_contact": frozenset(
        {"self", "restricted.read", "restricted.help", "duty_reports.read"}
    ),
    "township_office": _OFFICE_ABOVE | {"mediation.ask"},
    "county_bureau": _OFFICE_ABOVE,
    "city_bureau": _OFFICE_ABOVE,
    "province_office": _OFFICE_ABOVE,
    "sysadmin": frozenset(
        {
            "self",
            "areas.read",
            "areas.write",
            "concern_rules.read",
            "concern_rules.write",
            "people.read",
            "people.invite",
            "people.manage",
            "phones.revoke",
            "sessions.manage",
            "export.archive",
            "operations.read",
            "statement.read",
        }
    ),
    "auditor": frozenset({"self", "audit.read"}),
}

ROLES: tuple[str, ...] = tuple(ROLE_PERMISSIONS)
PERMISSIONS: frozenset[str] = frozenset().union(*ROLE_PERMISSIONS.values())
COMMITTEE_ROLES = (
    "committee",
    "committee_head",
    "social_worker",
    "civil_affairs_worker",
)

_LOWER = frozenset(
    {"volunteer", "party_member", "building_head", "grid_worker", "mediator", "child_director"}
)
_OFFICE = frozenset({"committee", "social_worker", "civil_affairs_worker", "committee_contact"})

GIVES: dict[str, frozenset[str]] = {
    "committee": _LOWER,
    "social_worker": _LOWER,
    "civil_affairs_worker": _LOWER,
    "committee_head": _LOWER | _OFFICE | {"committee_head"},
    "sysadmin": frozenset(ROLES),
}
"""Which roles a role may give to others, in its own area and below."""
