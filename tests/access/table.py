"""Every route of the product and who may enter it; a route that is not here fails the suite.

A line is ``METHOD rule -> access``; ``things`` names, for each part of the path that is an id, the
object of the neighbourhood (neighbourhood.py) that stands for it. Add a line in the commit that adds the route.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Route:
    """One method of one rule."""

    method: str
    rule: str
    access: str

    @property
    def things(self) -> tuple[str, ...]:
        """The ids in the path, in order."""
        return tuple(
            part.split(":")[1].split(">")[0]
            for part in self.rule.split("/")
            if part.startswith("<uuid:")
        )

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"


def _read(table: str) -> tuple[Route, ...]:
    found = []
    for line in table.strip().splitlines():
        left, access = line.split("->")
        method, rule = left.split()
        found.append(Route(method, rule, access.strip()))
    return tuple(found)


ROUTES = _read("""
GET / -> public
GET /<path:name> -> public
GET /api/v1/areas/ -> areas.read
GET /api/v1/areas/mine -> signed_in
POST /api/v1/attachments -> attachments.write
GET /api/v1/attachments/<uuid:attachment_id> -> attachments.read
GET /api/v1/audit/ -> audit.read
POST /api/v1/auth/first-admin -> public
POST /api/v1/auth/invitation -> public
POST /api/v1/auth/invitation/accept -> public
POST /api/v1/auth/invitation/take -> signed_in
POST /api/v1/auth/login -> public
POST /api/v1/auth/logout -> public
GET /api/v1/auth/me -> signed_in
PATCH /api/v1/auth/me -> signed_in
POST /api/v1/auth/password -> signed_in
POST /api/v1/auth/password/by-link -> public
POST /api/v1/auth/refresh -> public
GET /api/v1/auth/sessions -> signed_in
POST /api/v1/auth/sessions/<uuid:session_id>/end -> signed_in
GET /api/v1/concerns/ -> concerns.read
GET /api/v1/concerns/<uuid:concern_id> -> concerns.read
PATCH /api/v1/concerns/<uuid:concern_id> -> concerns.handle
POST /api/v1/concerns/<uuid:concern_id>/assignment -> concerns.handle
POST /api/v1/concerns/<uuid:concern_id>/contacts -> concerns.handle
POST /api/v1/concerns/<uuid:concern_id>/notes -> concerns.handle
POST /api/v1/concerns/<uuid:concern_id>/phone -> concerns.handle
POST /api/v1/concerns/<uuid:concern_id>/steps -> concerns.handle
POST /api/v1/concerns/<uuid:concern_id>/word -> concerns.handle
POST /api/v1/concerns/follow -> public
POST /api/v1/concerns/photos -> public
POST /api/v1/concerns/rate -> public
POST /api/v1/concerns/reopen -> public
POST /api/v1/concerns/submit -> public
POST /api/v1/concerns/withdraw -> public
PATCH /api/v1/contacts/<uuid:contact_id> -> residents.write
DELETE /api/v1/contacts/<uuid:contact_id> -> residents.write
POST /api/v1/csp-reports -> public
GET /api/v1/door-codes/ -> door_codes.print
POST /api/v1/door-codes/households/<uuid:household_id>/stolen -> door_codes.print
POST /api/v1/door-codes/sheets -> door_codes.print
GET /api/v1/door-codes/sheets/<uuid:sheet_id>.pdf -> door_codes.print
POST /api/v1/households -> residents.write
GET /api/v1/households/<uuid:household_id> -> residents.read
PATCH /api/v1/households/<uuid:household_id> -> residents.write
POST /api/v1/households/<uuid:household_id>/close -> residents.write
POST /api/v1/households/<uuid:household_id>/contacts -> residents.write
POST /api/v1/households/<uuid:household_id>/residents -> residents.write
GET /api/v1/households/places -> residents.read
POST /api/v1/households/search -> residents.read
GET /api/v1/openapi.json -> public
GET /api/v1/pairings/ -> pairing.read
POST /api/v1/pairings/ -> pairing.write
PATCH /api/v1/pairings/<uuid:pairing_id> -> pairing.write
POST /api/v1/pairings/<uuid:pairing_id>/end -> pairing.write
PUT /api/v1/pairings/days/<uuid:user_id> -> pairing.write
GET /api/v1/pairings/days/mine -> tasks.own
PUT /api/v1/pairings/days/mine -> tasks.own
GET /api/v1/pairings/helpers -> pairing.read
GET /api/v1/people/ -> people.read
GET /api/v1/people/<uuid:user_id> -> people.read
POST /api/v1/people/<uuid:user_id>/close -> people.manage
POST /api/v1/people/<uuid:user_id>/reopen -> people.manage
POST /api/v1/people/<uuid:user_id>/reset -> people.manage
POST /api/v1/people/<uuid:user_id>/roles -> people.manage
POST /api/v1/people/<uuid:user_id>/roles/<uuid:grant_id>/end -> people.manage
GET /api/v1/people/<uuid:user_id>/sessions -> sessions.manage
POST /api/v1/people/<uuid:user_id>/sessions/<uuid:session_id>/end -> sessions.manage
POST /api/v1/people/invitations -> people.invite
GET /api/v1/people/invitations -> people.invite
POST /api/v1/people/invitations/<uuid:invitation_id>/revoke -> people.invite
PATCH /api/v1/residents/<uuid:resident_id> -> residents.write
POST /api/v1/residents/<uuid:resident_id>/reveal -> residents.write
GET /api/v1/residents/restricted -> restricted.read
POST /api/v1/residents/search -> residents.read
POST /api/v1/roster-imports/ -> roster.import
GET /api/v1/roster-imports/ -> roster.import
GET /api/v1/roster-imports/<uuid:import_id> -> roster.import
POST /api/v1/roster-imports/<uuid:import_id>/confirm -> roster.import
POST /api/v1/roster-imports/<uuid:import_id>/discard -> roster.import
GET /api/v1/roster-imports/<uuid:import_id>/missing -> roster.import
GET /api/v1/roster-imports/<uuid:import_id>/refused.xlsx -> roster.import
POST /api/v1/roster-imports/<uuid:import_id>/rows -> roster.import
POST /api/v1/roster-imports/<uuid:import_id>/undo -> roster.import
POST /api/v1/sync/devices -> sync.device
GET /api/v1/sync/poll -> sync.poll
GET /api/v1/sync/pull -> sync.device
POST /api/v1/sync/push -> sync.device
GET /api/v1/sync/scope -> sync.device
GET /api/v1/tasks/ -> tasks.read
GET /api/v1/tasks/<uuid:task_id> -> tasks.read
POST /api/v1/tasks/<uuid:task_id>/cancel -> tasks.assign
POST /api/v1/tasks/assign -> tasks.assign
GET /api/v1/tasks/care -> tasks.read
GET /api/v1/tasks/phones -> tasks.read
POST /api/v1/tasks/postpone -> tasks.assign
GET /api/v1/tasks/today -> tasks.read
POST /api/v1/tasks/undo -> tasks.assign
GET /api/v1/visits/ -> visits.read
GET /api/v1/visits/<uuid:visit_id> -> visits.read
GET /api/v1/visits/attention -> attention.read
GET /api/v1/visits/attention/<uuid:item_id> -> attention.read
POST /api/v1/visits/attention/<uuid:item_id>/accept -> attention.resolve
POST /api/v1/visits/attention/<uuid:item_id>/close -> attention.resolve
GET /api/v1/visits/today -> visits.read
GET /assets/<path:name> -> public
GET /c/door -> public
GET /c/door/<door> -> public
GET /c/follow -> public
GET /c/info -> public
GET /c/new/<door> -> public
GET /c/static/<version>/<name> -> public
GET /healthz -> public
GET /metrics -> public
GET /q -> public
GET /q/ -> public
GET /q/<door> -> public
GET /readyz -> public
""")

# Ids that are somebody's account: known to whoever looks after people in any of the person's areas.
OWN_ONLY = frozenset({"session_id"})
