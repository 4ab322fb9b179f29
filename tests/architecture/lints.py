"""The rules that no linter knows, as functions from a file's text to what is wrong in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

Finding = tuple[int, str]
Lint = Callable[[str], list[Finding]]


def _nodes(source: str, *words: str) -> Iterator[ast.AST]:
    """Everything in a file that has one of these words; to parse the others would find nothing and take seconds."""
    if not words or any(word in source for word in words):
        yield from ast.walk(ast.parse(source))


def _calls(source: str, *words: str) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name it is made by (``a.b().c`` gives ``.c``)."""
    for node in _nodes(source, *words):
        if isinstance(node, ast.Call):
            yield node, _dotted(node.func)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inside = _dotted(node.value)
        return f"{inside}.{node.attr}"
    return ""


def selects(source: str) -> list[Finding]:
    """Reads that start anywhere but in a repository."""
    names = {"select", "sa.select", "sqlalchemy.select"}
    return [
        (call.lineno, f"{name}(…) belongs into repository.py")
        for call, name in _calls(source, "select", "session")
        if name in names or name.endswith((".session.query", ".session.get"))
    ]


def environment(source: str) -> list[Finding]:
    """Readers of the environment."""
    found = [
        (node.lineno, "only config.py reads the environment")
        for node in _nodes(source, "environ", "getenv")
        if (isinstance(node, ast.Attribute) and _dotted(node) in ("os.environ", "os.environb"))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and any(a.name in ("environ", "environb", "getenv") for a in node.names)
        )
    ]
    return found + [
        (call.lineno, "only config.py reads the environment")
        for call, name in _calls(source, "getenv")
        if name in ("os.getenv", "getenv")
    ]


_CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
)


def clocks(source: str) -> list[Finding]:
    """Whoever asks the time of anything but kit/clock.py (durations are not times)."""
    return [
        (call.lineno, f"{name}(): ask kit.clock")
        for call, name in _calls(source, "now", "utcnow", "today", "time")
        if _CLOCKS.search(name)
    ]


def commits(source: str) -> list[Finding]:
    """Commits outside the edge."""
    return [
        (call.lineno, f"{name}(): @endpoint and unit_of_work commit")
        for call, name in _calls(source, "commit")
        if name.endswith(".commit") and not call.args
    ]


_SQL_MAKERS = ("text", "sa.text", "sqlalchemy.text")
_SQL_TAKERS = (".execute", ".exec_driver_sql", ".executescript", ".executemany")


def built_sql(source: str) -> list[Finding]:
    """SQL put together from strings; a constant name of our own needs the comment ``our own``."""
    lines = source.splitlines()
    found = []
    for call, name in _calls(source, "text", "exec"):
        if not name.endswith(_SQL_TAKERS) and name not in _SQL_MAKERS:
            continue
        for argument in call.args[:1]:
            made = (
                isinstance(argument, ast.JoinedStr)
                and any(isinstance(part, ast.FormattedValue) for part in argument.values)
            ) or (
                isinstance(argument, ast.BinOp)
                and isinstance(argument.op, ast.Add | ast.Mod)
                and any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in ast.walk(argument))
            ) or (
                isinstance(argument, ast.Call)
                and isinstance(argument.func, ast.Attribute)
                and argument.func.attr == "format"
            )  # fmt: skip
            said = " ".join(lines[call.lineno - 1 : (call.end_lineno or call.lineno)])
            if made and "our own" not in said:
                found.append((call.lineno, "SQL takes parameters, never pasted text"))
    return found


_DANGEROUS = {
    "eval", "exec", "__import__", "compile", "os.system", "os.popen",
    "pickle.load", "pickle.loads", "marshal.loads", "shelve.open", "dill.loads",
    "yaml.load", "yaml.unsafe_load", "yaml.full_load", "jsonpickle.decode", "input",
}  # fmt: skip


_DANGEROUS_MODULES = ("pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle")
_MAY_BE_DANGEROUS = re.compile(
    rf"\b({'|'.join(_DANGEROUS_MODULES)}|subprocess|system|popen)\b"
    r"|(?<![\w.])(eval|exec|__import__|compile|input)\s*\("
)


def dangerous(source: str) -> list[Finding]:
    """What turns data into code."""
    found = []
    for node in _nodes(source) if _MAY_BE_DANGEROUS.search(source) else ():
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            if name in _DANGEROUS:
                found.append((node.lineno, f"{name}(…) turns data into code"))
            if name.startswith("subprocess.") and any(
                k.arg == "shell"
                and not (isinstance(k.value, ast.Constant) and k.value.value is False)
                for k in node.keywords
            ):
                found.append((node.lineno, "no shell between us and a command"))
        names = (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        found.extend(
            (node.lineno, f"{name} turns data into code")
            for name in names
            if name.split(".")[0] in _DANGEROUS_MODULES
        )
    return found


def _asks(loop: ast.AST) -> bool:
    """A loop that pauses between two questions: it ends by its condition, or by a break."""
    if isinstance(loop, ast.While):
        return not isinstance(loop.test, ast.Constant)
    return isinstance(loop, ast.For) and any(isinstance(n, ast.Break) for n in ast.walk(loop))


def sleeps(source: str) -> list[Finding]:
    """Tests that wait for the clock instead of for a thing; ``# on purpose: why`` lets one stand."""
    lines = source.splitlines()
    asking = {
        node.lineno
        for loop in _nodes(source, "sleep", "wait_for_timeout")
        if _asks(loop)
        for node in ast.walk(loop)
        if isinstance(node, ast.Call)
    }
    found = []
    for call, name in _calls(source, "sleep", "wait_for_timeout"):
        blind = name.endswith(".wait_for_timeout")
        pause = name in ("time.sleep", "sleep") and call.lineno not in asking
        if (blind or pause) and "# on purpose: " not in lines[call.lineno - 1]:
            found.append((call.lineno, f"{name}(): wait for the thing, not for the time"))
    return found


_SKIPPING = re.compile(
    r"(^|\.)(skip|skipif|skipIf|skipUnless|skipTest|SkipTest|xfail|importorskip|expectedFailure)$"
)


def skips(source: str) -> list[Finding]:
    """Tests that leave themselves out: what does not apply is not collected (tests/markers.py)."""
    return [
        (node.lineno, f"{name}: a test that skips itself holds nothing; leave it out at collection")
        for node in _nodes(source, "skip", "Skip", "xfail", "expectedFailure")
        if isinstance(node, ast.Name | ast.Attribute) and _SKIPPING.search(name := _dotted(node))
        if name.startswith(("pytest", "unittest", "self.", "Skip", "skip"))
    ]


_SKIPPING_TS = re.compile(
    r"\b(?:it|test|describe|bench|suite|ctx|context)(?:\.\w+)*\.(skip|skipIf|runIf|todo|only|fails)\b"
    r"|\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\("
)


def skips_ts(text: str) -> list[Finding]:
    """The same for the client's tests, and ``only``, which leaves out all the others."""
    return [
        (number, f"{match.group(0)}: a test that is left out holds nothing")
        for number, line in enumerate(text.splitlines(), 1)
        for match in [_SKIPPING_TS.search(line)]
        if match
    ]


def _own(test: ast.AST) -> Iterator[ast.AST]:
    """What stands in a test itself, not in functions made inside it."""
    for node in ast.iter_child_nodes(test):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield from _own(node)


def _says_nothing(condition: ast.expr) -> bool:
    """True whatever the program does: a constant, a tuple, ``… or True``, a thing against itself."""
    if isinstance(condition, ast.Constant | ast.Tuple | ast.GeneratorExp | ast.Lambda):
        return not (isinstance(condition, ast.Constant) and not condition.value)
    if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.Or):
        return any(_says_nothing(part) for part in condition.values)
    return isinstance(condition, ast.Compare) and any(
        ast.dump(condition.left) == ast.dump(other)
        for other, sign in zip(condition.comparators, condition.ops, strict=True)
        if isinstance(sign, ast.Eq | ast.Is | ast.LtE | ast.GtE)
        and not any(isinstance(part, ast.Call) for part in ast.walk(condition))
    )


def never_fails(source: str) -> list[Finding]:
    """Tests that end early, and assertions that hold whatever the program does."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert) and _says_nothing(node.test):
            found.append((node.lineno, "an assertion that cannot fail"))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found += [
                (part.lineno, "a test that ends early may have asked nothing")
                for part in _own(node)
                if isinstance(part, ast.Return)
            ]
    return found


def no_purpose(source: str) -> list[Finding]:
    """Modules that do not say why they exist."""
    if source.startswith('"""'):
        return []
    tree = ast.parse(source)
    return (
        []
        if ast.get_docstring(tree) or not tree.body
        else [(1, "no docstring: why does it exist?")]
    )


_ORIGIN = re.compile(
    r"""(?:https?:|wss?:)?//([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|localhost)(?::\d+)?"""
)
_HARMLESS = re.compile(
    r"(^|\.)(example|example\.(com|org|net)|invalid|test|localhost|www\.w3\.org|schemas\.[a-z.]+|purl\.org)$"
    r"|^(127\.0\.0\.1|0\.0\.0\.0|192\.0\.2\.\d+|10\.0\.0\.\d+)$"
)


def foreign_origins(text: str) -> list[Finding]:
    """Addresses of others. Namespaces and reserved example names are no addresses."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in _ORIGIN.finditer(line):
            schemeless = match.group(0).startswith("//")
            if schemeless and not re.search(r"""["'(=]$""", line[: match.start()]):
                continue  # a comment, not an address
            if not _HARMLESS.search(match.group(1)):
                found.append((number, f"foreign origin {match.group(1)}"))
    return found


_MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home/[a-z]\w*|Users/\w+|mnt/[a-z]\w*)/[\w.-]|[A-Z]:\\Users\\"
)


def machine_paths(text: str) -> list[Finding]:
    """Places on one particular computer."""
    return [
        (number, f"a path of one machine: {match.group(0)}")
        for number, line in enumerate(text.splitlines(), 1)
        for match in _MACHINE.finditer(line)
    ]


_SECRETS = (
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n?\s*[A-Za-z0-9+/=]{40}")),
    ("an AWS key", re.compile(r"\bAKIA[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b")),
    ("an API key", re.compile(r"\bsk-[A-Za-z0-9]{32,}\b")),
    ("a WeChat secret", re.compile(r"(?i)app_?secret[\"']?\s*[:=]\s*[\"'][0-9a-f]{32}[\"']")),
    ("a signed token", re.compile(r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}")),
    ("a password in an address", re.compile(r"\b[a-z+]{3,}://[^\s:/@\"'{}<>*]+:[^\s@/\"'{}<>*]{3,}@")),
)  # fmt: skip


def secrets(text: str) -> list[Finding]:
    """What should never be in a repository. ``user:secret@`` and ``linli:linli@`` stand for others."""
    found = []
    for name, pattern in _SECRETS:
        for match in pattern.finditer(text):
            if re.search(
                r"://(user|linli|USER|postgres):(secret|linli|password|PASSWORD|密码)@",
                match.group(0),
            ):
                continue
            found.append((text.count("\n", 0, match.start()) + 1, name))
    return found
