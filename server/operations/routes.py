"""HTTP for the administrator of the installation."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.operations import service
from server.operations.schemas import BackupSchema, JobQuery, JobRunSchema, JobsSchema

blp = Blueprint("operations", __name__, url_prefix="/operations", description="运行 operations")


@blp.route("/jobs", methods=["GET"])
@blp.response(200, JobsSchema)
@endpoint(access=allow("operations.read"))
def list_jobs(actor: Actor) -> dict[str, Any]:
    """What the server does by the hour and by the day, and how it went last."""
    return service.jobs(actor)


@blp.route("/backups", methods=["GET"])
@blp.response(200, BackupSchema(many=True))
@endpoint(access=allow("operations.read"))
def list_backups(actor: Actor) -> list[Any]:
    """The newest backups, and which of them were tried."""
    return service.backups()


@blp.route("/jobs/runs", methods=["GET"])
@blp.response(200, JobRunSchema(many=True))
@endpoint(access=allow("operations.read"))
@blp.arguments(JobQuery, location="query")
def list_runs(actor: Actor, query: dict[str, Any]) -> list[Any]:
    """The newest runs of one job."""
    return service.runs(query["name"])
