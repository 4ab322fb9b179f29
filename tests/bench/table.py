"""The figures as one table: ours, the target, the best peer of design time, and the ratio to the limits."""

from __future__ import annotations

from typing import Any

Row = tuple[str, str, str, str, str]
HEAD: Row = ("work", "ours", "target", "best peer", "ratio to the limits of this run")


def _met(value: float, target: float, text: str) -> str:
    return f"{text} {'✓' if value <= target else '✗'}"


def _ratio(value: float, limit: float) -> str:
    return f"{value / limit:.1f}×" if limit else "-"


def _sync(kind: str, f: dict[str, Any]) -> list[Row]:
    return [*(_work(kind, f) if "W1" in f else []), *_crowds(kind, f), *_growth(kind, f)]


def _stored(one: dict[str, Any]) -> str:
    return f"{one['stored']} / {one['acknowledged']}"


def _crowds(kind: str, f: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    if "W5" in f:
        w5 = f["W5"]
        rows += [
            (f"{kind} W5 crowd", f"{w5['visits_a_second']} visits/s", "≥ 4,000, then 7,000" + (" ✓" if w5["visits_a_second"] >= 4000 else " ✗"), "1,930-2,190", f"p50 {w5['p50']} p99 {w5['p99']} ms (≤ 180), {w5['server_mb']} MB (≤ 160)"),
            ("   stored / acknowledged", _stored(w5), "equal", "lost 586-719 (Kinto)", f"{w5['errors']} errors {' '.join(w5['first_error'])[:60]}"),
        ]  # fmt: skip
    if "at_once" in f:
        one = f["at_once"]
        rows.append((f"{kind} all phones at one moment", _stored(one), "equal", "", f"{one['errors']} errors, p99 {one['p99']} ms, {one['visits_a_second']} visits/s"))  # fmt: skip
    if "waiting" in f:
        one = f["waiting"]
        rows.append((f"{kind} entries that waited", _stored(one), "equal", "", f"{one['seconds']} s, {one['pushes']} pushes"))  # fmt: skip
    for name, one in f.get("province", {}).items():
        if isinstance(one, dict):
            halves = (
                f" (first half {one['p95_first_half']}, second {one['p95_second_half']})"
                if "p95_first_half" in one
                else ""
            )
            rows.append((f"{kind} evening of a province, {name}", f"{one['visits_a_second']} visits/s", "p95 < 1,000 ms", "", f"p95 {one['p95']} ms{halves}, {one['errors']} errors, stored {_stored(one)}"))  # fmt: skip
    return rows


def _growth(kind: str, f: dict[str, Any]) -> list[Row]:
    sizes = list(f.get("W6", {}).items())
    if not sizes:
        return []
    first = sizes[0][1]
    return [
        (
            f"{kind} W6 {int(size):,} rows",
            f"W3 {one['W3']} · W4 {one['W4']} · committee {one['committee']} ms",
            "≤ 1.3× of the smallest, ≤ 60 ms",
            "8.4 / 900 ms",
            f"W3 {_ratio(one['W3'], first['W3'])} · W4 {_ratio(one['W4'], first['W4'])} · committee {_ratio(one['committee'], first['committee'])}",
        )
        for size, one in sizes
    ]


def _work(kind: str, f: dict[str, Any]) -> list[Row]:
    w1, w2, w3, w4 = f["W1"], f["W2"], f["W3"], f["W4"]
    tasks, bare, echo, floor = f["W1_tasks"], f["bare"], f["echo"], f["floor"]
    rows: list[Row] = [
        (f"{kind} W1 200 visits", f"{w1['ms']} ms", _met(w1["ms"], 25, "≤ 60, then 25"), "98 ms",
         f"bare insert {bare['ms']} ms {_ratio(w1['ms'], bare['ms'])} · floor {floor['push_ms']} ms {_ratio(w1['ms'], floor['push_ms'])} · echo {echo['post_ms']} ms"),
        ("   stored / acknowledged", f"{w1['stored']} / {w1['acknowledged']}", "equal", "", f"{w1['up_kb']} KB up (≤ 75), {w1['down_kb']} KB down (≤ 10)"),
        ("   the same, ending 200 tasks", f"{tasks['ms']} ms", "", "", f"{tasks['stored']} / {tasks['acknowledged']}"),
        (f"{kind} W2 2,000 rows", f"{w2['ms']} ms", _met(w2["ms"], 50, "≤ 50"), "59 ms",
         f"floor {floor['pull_ms']} ms {_ratio(w2['ms'], floor['pull_ms'])} · very first {w2['first_ever_ms']} ms"),
        ("   size", f"{w2['kb']} KB", _met(w2["kb"], 400, "≤ 400"), "2,100 KB", f"{w2['rows']} rows, {w2['requests']} requests; first page {w2['first_page_kb']} KB (≤ 30) in {w2['first_page_ms']} ms"),
        (f"{kind} W3 nothing new, p50", f"{w3['p50']} ms", _met(w3["p50"], 0.6, "≤ 0.6"), "1.6 ms",
         f"echo {echo['get_p50']} ms {_ratio(w3['p50'], echo['get_p50'])} · floor {floor['poll_p50']} ms {_ratio(w3['p50'], floor['poll_p50'])}"),
        ("   p95", f"{w3['p95']} ms", _met(w3["p95"], 1.5, "≤ 1.5"), "", f"body {w3['body_bytes']} B, headers {w3['header_bytes']} B"),
        (f"{kind} W4 five rows", f"{w4['ms']} ms", _met(w4["ms"], 1.7, "≤ 1.7"), "5.0 ms", f"floor {floor['delta_ms']} ms {_ratio(w4['ms'], floor['delta_ms'])}"),
    ]  # fmt: skip
    return rows


def written(found: dict[str, Any]) -> str:
    """The whole table as text."""
    rows: list[Row] = [HEAD]
    for kind in ("sqlite", "postgresql"):
        if kind in found:
            rows += _sync(kind, found[kind])
    for part in ("care", "concerns", "cases", "files", "client"):
        for name, value in found.get(part, {}).items():
            rows.append((name, value["ours"], value["target"], value["peer"], value["note"]))
    widths = [max(_width(row[i]) for row in rows) for i in range(5)]
    lines = ["  ".join(_padded(row[i], widths[i]) for i in range(5)).rstrip() for row in rows]
    machine = found["machine"]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.append(
        f"{machine['processors']} processors shared by client and server; "
        f"load {machine['load_before']} before, {machine['load_after']} after"
    )
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def nothing_lost(found: dict[str, Any]) -> bool:
    """Whether every acknowledged visit is in the database."""
    told = [
        figures[name]
        for kind in ("sqlite", "postgresql")
        if (figures := found.get(kind))
        for name in ("W1", "W1_tasks", "W5", "at_once", "waiting")
        if name in figures
    ] + [
        one
        for kind in ("sqlite", "postgresql")
        for one in found.get(kind, {}).get("province", {}).values()
        if isinstance(one, dict)
    ]
    return all(one["stored"] == one["acknowledged"] for one in told)
