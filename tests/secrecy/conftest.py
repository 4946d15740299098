"""The two scenes, built once a run each, by the database they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests import services
from tests.secrecy.build import Builder
from tests.secrecy.scene import Scene

# What is forgotten in a crash is no secret kept, so the log is kept whole.
_LOG_KEPT = "wal_keep_size=2GB"


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The place after the deed. On SQLite without Redis, as it is run."""
    with ExitStack() as last:
        server, redis_url = None, ""
        if request.param == "postgresql":
            server = services.PostgreSQL(*services.FORGETFUL, _LOG_KEPT)
            last.callback(server.remove)
            server.start()
            redis_server = services.Redis()
            last.callback(redis_server.remove)
            redis_server.start()
            redis_url = redis_server.url
        builder = Builder(tmp_path_factory.mktemp("scene"), server, redis_url)
        with builder.app.app_context():
            scene = builder.build()
            yield scene
            scene.engine.dispose()
