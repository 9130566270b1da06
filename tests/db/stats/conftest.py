"""One database of odd data for all that is counted once more."""

import pytest

from fly_potato.stack.postgres import Cluster
from shared.settings import StorageSettings
from tests.conftest import Database
from tests.datalens.loaded import Loaded
from tests.db.stats import invented
from tests.db.stats.odd_data import store


@pytest.fixture(scope="session")
def odd(template: str, cluster: Cluster, s3_settings: StorageSettings) -> Loaded:
    """Store it once; nothing here changes it."""
    database = Database(cluster, "odd_data")
    cluster.sql(f'CREATE DATABASE "{database.name}" TEMPLATE "{template}"')
    invented.run(database, store)
    return Loaded.of(database, s3_settings)
