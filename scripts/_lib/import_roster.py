"""The roster importer at the terminal: every row's verdict, or why the file is not taken."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from server.kit import clock
from server.kit.workbook.limited import read_file
from server.kit.workbook.readers import MAX_FILE
from server.kit.workbook.refusals import Refusal
from server.residents.roster_import import codes, report
from server.residents.roster_import.judge import judge
from server.residents.roster_import.verdicts import Outcome

ACTIONS = {"accept": "照收", "repair": "改收", "reject": "不收", "skip": "跳过"}
REFUSED = 2


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/import_roster", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--reference-date",
        type=date.fromisoformat,
        default=None,
        help="the day ages are counted at (YYYY-MM-DD); today if left out",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    parser.add_argument("--commit", action="store_true", help="store what is taken")
    parser.add_argument("--area", help="code of the committee, needed where there are several")
    chosen = parser.parse_args(arguments)
    try:
        with chosen.file.open("rb") as source:
            data = source.read(MAX_FILE + 1)
    except OSError as error:
        print(f"打不开文件 {chosen.file}: {error.strerror}", file=sys.stderr)
        return REFUSED
    as_of = chosen.reference_date or clock.today()
    try:
        outcome = judge(read_file(data), as_of)
    except Refusal as refusal:
        if chosen.json:
            _print_json(report.describe_refusal(refusal, chosen.file.name))
        else:
            print(f"没有读入（{refusal.code}）：{refusal.sentence}")
        return REFUSED
    if chosen.json:
        _print_json(report.describe(outcome, chosen.file.name, as_of))
    else:
        _print_lines(outcome)
    if chosen.commit:
        return _commit(chosen.file.name, data, as_of, chosen.area)
    return 0


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _print_lines(outcome: Outcome) -> None:
    several = len(outcome.sheets) > 1
    for code, names in outcome.notices:
        print(f"# {code}: {'、'.join(names)}")
    for verdict in outcome.verdicts:
        place = f"{verdict.sheet} 第{verdict.row}行" if several else f"第{verdict.row}行"
        said = [codes.chinese(code) for code in verdict.reasons]
        said += [
            f"{codes.chinese(change.code)}（{_short(change.before)} → {_short(change.after)}）"
            for change in verdict.changes
        ]
        said += [codes.chinese(code) for code in verdict.warnings]
        if verdict.duplicate_of_row is not None:
            said.append(f"见第{verdict.duplicate_of_row}行")
        print(f"{place} {ACTIONS[verdict.action]} {_short(verdict.shown_name)} {'；'.join(said)}")
    summary = report.summarise(outcome)
    counted = "，".join(f"{ACTIONS[name]} {count} 行" for name, count in summary["rows"].items())
    print(
        f"{counted}；{summary['people_stored']} 人，{summary['households_with_people_stored']} 户。"
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:40] or "空"


def _commit(name: str, data: bytes, as_of: date, area: str | None) -> int:
    """Take the roster into the database the environment names, as the system."""
    from server.access.actor import system
    from server.app import create_app
    from server.areas import service as areas
    from server.kit.errors import ApiError
    from server.kit.unit_of_work import transaction
    from server.residents.roster_import import jobs, service

    app = create_app()
    actor = system("scripts/import_roster --commit")
    with app.app_context():
        try:
            with transaction(write=False):
                if area is None:
                    print(
                        "请用 --area 写明收进哪个村（居）委会，例如 --area 149901001001。",
                        file=sys.stderr,
                    )
                    return REFUSED
                place = areas.path_name(areas.get(area).id)
            import_id = service.upload(actor, area_id=area, file_name=name, data=data, as_of=as_of)
            jobs.wait(import_id, 600)
            told = service.confirm(actor, import_id)
        except ApiError as error:
            print(error.message(), file=sys.stderr)
            return REFUSED
    summary = told["summary"]
    print(
        f"已收下：{place}，新增 {summary['new_people']} 人、{summary['new_households']} 户，"
        f"更新 {summary['changed_people']} 人，没有变化 {summary['unchanged_people']} 人。7 天内可以整批撤回。",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
