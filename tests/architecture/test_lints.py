"""Each lint catches the sample it was written for, and lets the honest one pass."""

from __future__ import annotations

import pytest

from tests.architecture import lints
from tests.architecture.lints import Lint

CAUGHT: list[tuple[Lint, str]] = [
    (lints.selects, "from sqlalchemy import select\nselect(Visit)"),
    (lints.selects, "import sqlalchemy as sa\nsa.select(Visit)"),
    (lints.selects, "db.session.query(Visit)"),
    (lints.selects, "db.session.get(Visit, 1)"),
    (lints.environment, "import os\nos.environ['X']"),
    (lints.environment, "import os\nos.environ.get('X')"),
    (lints.environment, "import os\nos.getenv('X')"),
    (lints.environment, "from os import environ\nenviron.get('X')"),
    (lints.clocks, "from datetime import datetime\ndatetime.now()"),
    (lints.clocks, "import datetime\ndatetime.datetime.utcnow()"),
    (lints.clocks, "from datetime import date\ndate.today()"),
    (lints.clocks, "import time\ntime.time()"),
    (lints.commits, "db.session.commit()"),
    (lints.built_sql, "db.session.execute(f'SELECT {name}')"),
    (lints.built_sql, "text('SELECT ' + name)"),
    (lints.built_sql, "c.execute('SELECT %s' % name)"),
    (lints.built_sql, "c.execute('SELECT {}'.format(name))"),
    (lints.dangerous, "eval('1')"),
    (lints.dangerous, "import pickle"),
    (lints.dangerous, "from yaml import load"),
    (lints.dangerous, "import subprocess\nsubprocess.run('ls', shell=True)"),
    (lints.sleeps, "import time\ntime.sleep(1)"),
    (lints.sleeps, "for _ in range(3):\n    time.sleep(1)"),
    (lints.sleeps, "while True:\n    time.sleep(1)"),
    (lints.sleeps, "page.wait_for_timeout(100)"),
    (lints.skips, "import pytest\npytest.skip('not here')"),
    (lints.skips, "import pytest\n@pytest.mark.skipif(ON_MAC, reason='x')\ndef test_a(): ..."),
    (lints.skips, "import pytest\n@pytest.mark.xfail\ndef test_a(): ..."),
    (lints.skips, "import pytest\nx = pytest.importorskip('x')"),
    (lints.skips, "from pytest import skip\nskip('not here')"),
    (lints.skips, "import unittest\nraise unittest.SkipTest"),
    (lints.skips, "import pytest\nmarks = [pytest.mark.skip]"),
    (lints.skips_ts, "it.skip('x', () => {})"),
    (lints.skips_ts, "describe.only('x', () => {})"),
    (lints.skips_ts, "test.skipIf(ci)('x', () => {})"),
    (lints.skips_ts, "it.concurrent.todo('x')"),
    (lints.skips_ts, "xit('x', () => {})"),
    (lints.never_fails, "def test_a():\n    if not ready:\n        return\n    assert x"),
    (lints.never_fails, "assert True"),
    (lints.never_fails, "assert x or True"),
    (lints.never_fails, "assert (x, 'said')"),
    (lints.never_fails, "assert (a == b for a in c)"),
    (lints.never_fails, "assert x == x"),
    (lints.no_purpose, "x = 1"),
    (lints.foreign_origins, "const a = 'https://cdn.jsdelivr.net/x.js'"),
    (lints.foreign_origins, '<script src="//fonts.googleapis.com/css">'),
    (lints.foreign_origins, "new WebSocket('wss://push.evil.io')"),
    (lints.machine_paths, "open('/home/" + "li/data.csv')"),
    (lints.machine_paths, "cd /ro" + "ot/project"),
    (lints.secrets, "key = 'AKIA" + "ABCDEFGHIJKLMNOP'"),
    (lints.secrets, "-----BEGIN PRIVATE " + "KEY-----\n" + "A" * 60),
    (lints.secrets, "postgresql://" + "boss:hunter22@db/linli"),
]

PASSED: list[tuple[Lint, str]] = [
    (lints.selects, "page.select(option)"),
    (lints.environment, "env.get('X')"),
    (lints.clocks, "from server.kit import clock\nclock.now()\ntime.perf_counter()"),
    (lints.commits, "uow.committed()"),
    (lints.built_sql, "c.execute('SELECT * FROM visit WHERE id = :id', {'id': one})"),
    (lints.built_sql, "c.execute(f'DROP TABLE {t}')  # our own table names"),
    (lints.built_sql, "path.write_text(name + 'x')"),
    (lints.dangerous, "re.compile('x')\nast.literal_eval('1')"),
    (lints.sleeps, "while not done():\n    time.sleep(0.01)"),
    (lints.sleeps, "for _ in range(9):\n    if done():\n        break\n    time.sleep(0.1)"),
    (lints.sleeps, "time.sleep(1)  # on purpose: the kill comes at a random moment"),
    (lints.sleeps, "page.wait_for_selector('.done')"),
    (lints.skips, "row = sheet.skip\npage.skip(3)"),
    (lints.skips_ts, "await page.only('x')\nself.skipWaiting()"),
    (lints.never_fails, "def test_a():\n    def one():\n        return 1\n    assert one() == 1"),
    (lints.never_fails, "assert make() == make()"),
    (lints.never_fails, "assert False, 'never reached'"),
    (lints.no_purpose, '"""Why."""\nx = 1'),
    (lints.no_purpose, ""),
    (lints.foreign_origins, "// see the notes: a comment"),
    (lints.foreign_origins, "xmlns='http://www.w3.org/2000/svg'"),
    (lints.foreign_origins, "'https://linli.example'"),
    (lints.machine_paths, "/api/v1/work/list and ../home/x"),
    (lints.secrets, "postgresql://linli:linli@localhost/linli"),
]


@pytest.mark.parametrize(
    ("lint", "sample"), CAUGHT, ids=[f"{lint.__name__}: {s[-40:]!r}" for lint, s in CAUGHT]
)
def test_a_bad_sample_is_caught(lint: Lint, sample: str) -> None:
    assert lint(sample)


@pytest.mark.parametrize(
    ("lint", "sample"), PASSED, ids=[f"{lint.__name__}: {s[-40:]!r}" for lint, s in PASSED]
)
def test_an_honest_sample_passes(lint: Lint, sample: str) -> None:
    assert lint(sample) == []
