"""Production entry: ``granian --interface wsgi server.wsgi:app``."""

import gc

from server.app import create_app
from server.kit import presence
from server.kit.jobs import runner
from server.sync import epoch

app = create_app()
presence.here(app.config["LINLI"].data_dir)
with app.app_context():
    epoch.refuse_set_back()
runner.start(app)
gc.collect()
gc.freeze()  # what was read at the start stays for ever; looking through it again and again costs every phone
gc.set_threshold(
    20_000, 20, 50
)  # a batch of a phone makes thousands of objects that go with its answer
