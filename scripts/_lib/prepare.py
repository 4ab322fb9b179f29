"""Brings the database up to date and fills it on the first run; safe to repeat."""

from __future__ import annotations

import argparse
import sys

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import OperationalError

from scripts._lib.say import Stop, fail, timed
from server.app import create_app
from server.cli import linli
from server.config import ConfigRefused


def _told(error: OperationalError) -> Stop:
    said = str(error.orig).strip()
    low = said.lower()
    if "full" in low:
        return Stop(
            "磁盘满了，数据库没有建成。请腾出空间后再运行一次。",
            "The disk is full. Free some space and run it again.",
            said,
            code=4,
        )
    if "malformed" in low or "not a database" in low:
        return Stop(
            "数据库文件已损坏。请从备份恢复（scripts/restore），不要删除原文件。",
            "The database file is damaged. Restore a backup (scripts/restore); keep the old file.",
            said,
            code=8,
        )
    if "no such" in low or "does not exist" in low or "syntax" in low:
        return Stop("数据库与程序不匹配。", "The database does not fit this program.", said, code=8)
    return Stop(
        "连不上数据库。请检查 DATABASE_URL，以及数据库是否在运行。",
        "The database cannot be reached. Check DATABASE_URL and that the database runs.",
        said,
        code=8,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="prepare")
    parser.add_argument("--empty", action="store_true")
    options = parser.parse_args()
    try:
        app = create_app()
    except ConfigRefused as refused:
        raise Stop(
            f"服务器拒绝启动：{refused}", f"The server refuses to start: {refused}", code=9
        ) from refused
    except OperationalError as error:
        raise _told(error) from error
    steps = ["migrate", "seed-divisions", "create-admin-link" if options.empty else "seed-demo"]
    with timed("准备数据库 · preparing the database"):
        for name in steps[:2]:
            _run(app, name)
    _run(app, steps[2])
    return 0


def _run(app: object, name: str) -> None:
    if name not in linli.commands:
        raise Stop(f"缺少命令 linli {name}", f"the command linli {name} does not exist")
    try:
        linli.main(
            args=[name],
            prog_name="linli",
            standalone_mode=False,
            obj=ScriptInfo(create_app=lambda: app),  # type: ignore[arg-type,return-value]  # one app for all steps
        )
    except OperationalError as error:
        raise _told(error) from error
    except click.ClickException as stopped:
        raise Stop(
            "这一步没有做完，请再运行一次。",
            "This step is not finished; run it again.",
            stopped.message,
        ) from stopped


if __name__ == "__main__":
    sys.exit(fail(main))
