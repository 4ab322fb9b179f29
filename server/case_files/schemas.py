"""Shapes of the paper of a case on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.case_files.documents import BROUGHT_KEYS, KINDS
from server.kit.schemas import AreaCode, Text, Whole
from server.mediation.words import KEEPS

STATES = ("there", "missing", "possible", "elsewhere")
NEEDS = ("must", "as_needed", "by_itself")


class FolderParty(Schema):
    """A party to whom a copy may be given."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    side = fields.String(required=True)


class FolderLine(Schema):
    """One line of the file list."""

    key = fields.String(required=True, metadata={"enum": [kind.key for kind in KINDS]})
    title = fields.String(required=True)
    need = fields.String(required=True, metadata={"enum": list(NEEDS)})
    written = fields.Boolean(required=True)
    given = fields.Boolean(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    on = fields.Date(required=True, allow_none=True)
    count = fields.Integer(required=True)
    papers = fields.List(fields.UUID(), required=True)


class FolderSchema(Schema):
    """A case's file: what is there, what is missing, its number."""

    case_id = fields.UUID(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True)
    number = fields.String(required=True, allow_none=True)
    account = fields.String(required=True)
    missing = fields.List(fields.String(), required=True)
    parties = fields.List(fields.Nested(FolderParty), required=True)
    lines = fields.List(fields.Nested(FolderLine), required=True)


class SheetRun(Schema):
    """Words in one hand."""

    text = fields.String(required=True)
    bold = fields.Boolean(required=True)
    size = fields.Float(required=True)


class SheetLine(Schema):
    """A paragraph."""

    is_ = fields.String(required=True, data_key="is", attribute="is")
    align = fields.String(required=True, metadata={"enum": ["left", "centre", "right"]})
    indent = fields.Boolean(required=True)
    before = fields.Float(required=True)
    fresh_page = fields.Boolean(required=True)
    runs = fields.List(fields.Nested(SheetRun), required=True)


class SheetCell(Schema):
    """A cell of a table."""

    wide = fields.Integer(required=True)
    span = fields.Integer(required=True)
    goes_on = fields.Boolean(required=True)
    lines = fields.List(fields.Nested(SheetLine), required=True)


class SheetRow(Schema):
    """A row of a table."""

    high = fields.Integer(required=True)
    cells = fields.List(fields.Nested(SheetCell), required=True)


class SheetBlock(Schema):
    """A paragraph or a table of a filled document."""

    is_ = fields.String(
        required=True, data_key="is", attribute="is", metadata={"enum": ["line", "table"]}
    )
    align = fields.String(metadata={"enum": ["left", "centre", "right"]})
    indent = fields.Boolean()
    before = fields.Float()
    fresh_page = fields.Boolean()
    runs = fields.List(fields.Nested(SheetRun))
    ruled = fields.Boolean()
    rows = fields.List(fields.Nested(SheetRow))


class PaperSheet(Schema):
    """A document as it is shown before it is printed."""

    title = fields.String(required=True)
    blocks = fields.List(fields.Nested(SheetBlock), required=True)


class PartyChoice(Schema):
    """For whom: nobody named, the file itself."""

    party_id = fields.UUID(load_default=None)


class AccountWrite(Schema):
    """The 情况说明."""

    account = Text(required=True, most=4000)


class VoidWrite(Schema):
    """Why a number is made void."""

    reason = Text(required=True, least=2, most=200)


class ArchiveWrite(Schema):
    """Put the file away."""

    version = Whole(required=True, minimum=1)
    keep = fields.String(required=True, validate=validate.OneOf(list(KEEPS)))
    reason = Text(load_default="", most=500)


class PaperKind(Schema):
    """What kind of paper is brought."""

    kind = fields.String(required=True, validate=validate.OneOf(BROUGHT_KEYS))


class FileSent(Schema):
    """A file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class PaperTaken(Schema):
    """The paper is in the file."""

    id = fields.UUID(required=True)


class OfCommittee(Schema):
    """Of which committee."""

    area_id = AreaCode(required=True)


class WordWrite(OfCommittee):
    """The committee's short word in its numbers."""

    word = Text(
        required=True,
        least=1,
        most=20,
    )


class TemplateVersion(Schema):
    """One version of an own template."""

    id = fields.UUID(required=True)
    document = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": ["draft", "current", "replaced"]})
    file_name = fields.String(required=True)
    by = fields.String(required=True)
    sent_at = fields.DateTime(required=True)
    used_at = fields.DateTime(required=True, allow_none=True)


class TemplateDocument(Schema):
    """A document and its own templates, the newest first; none in use means the official one."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    versions = fields.List(fields.Nested(TemplateVersion), required=True)


class TemplatePlace(Schema):
    """A name a template may fill in; ``of_each``: what each line of it holds, where it is a list."""

    name = fields.String(required=True)
    of_each = fields.List(fields.String(), required=True)


class TemplatesSchema(Schema):
    """A committee's templates."""

    area_id = fields.String(required=True)
    word = fields.String(required=True)
    may_change = fields.Boolean(required=True)
    places = fields.List(fields.Nested(TemplatePlace), required=True)
    documents = fields.List(fields.Nested(TemplateDocument), required=True)


class TemplateSent(Schema):
    """A template was checked and is kept as a draft, filled with an invented case."""

    id = fields.UUID(required=True)
    blocks = fields.List(fields.Nested(SheetBlock), required=True)
