"""The archive at the terminal: what a role may export, into one SQLite file."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from scripts._lib.say import Stop, fail
from server.access.actor import Actor, Grant
from server.access.rules import ROLE_PERMISSIONS
from server.app import create_app
from server.kit.errors import ApiError
from server.kit.unit_of_work import transaction
from server.reports import archive


def main() -> int:
    able = sorted(r for r, held in ROLE_PERMISSIONS.items() if archive.EXPORT in held)
    parser = argparse.ArgumentParser(prog="scripts/export_archive", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.sqlite")
    parser.add_argument(
        "--role",
        default="committee_head",
        help=f"as which role: {', '.join(able)} (default committee_head)",
    )
    parser.add_argument(
        "--area", default="14", help="code of the division, all below it included (default 14)"
    )
    chosen = parser.parse_args()
    if chosen.role not in able:
        raise Stop(
            f"{chosen.role} 没有导出的权限。可以用：{'、'.join(able)}",
            f"{chosen.role} may not export. These may: {', '.join(able)}",
            code=2,
        )
    actor = Actor(None, grants=(Grant(chosen.role, chosen.area),))
    who = f"{getpass.getuser()}@terminal as {chosen.role} in {chosen.area}"
    os.umask(0o077)
    app = create_app()
    try:
        with app.app_context(), transaction(write=True):
            counts = archive.write(actor, chosen.file, who=who)
    except FileExistsError as there:
        raise Stop(
            f"{chosen.file} 已经存在，没有覆盖。",
            f"{chosen.file} is there already; not overwritten.",
        ) from there
    except SQLAlchemyError as error:
        raise Stop(
            "数据库打不开，或与程序的版本不符。请先运行一次 scripts/start。",
            "The database cannot be read or is of another version. Run scripts/start once first.",
            type(error).__name__,
        ) from error
    except (ApiError, OSError) as error:
        raise Stop(f"没有导出：{error}", f"Nothing was exported: {error}") from error
    for name, count in counts.items():
        print(f"{count:8}  {name}")
    print(f"→ {chosen.file}（不含限制级信息 · nothing restricted inside）")
    return 0


if __name__ == "__main__":
    sys.exit(fail(main))
