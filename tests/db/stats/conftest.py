"""One database of odd data for all that is counted once more."""

import pytest

from fly_potato.stack.postgres import Cluster
from shared.settings import StorageSettings
from tests.conftest import S3_SECRET, Database
from tests.datalens.loaded import Loaded
from tests.db.stats import invented
from tests.db.stats.odd_data import store


@pytest.fixture(scope="session")
def odd(template: str, cluster: Cluster, s3_settings: StorageSettings) -> Loaded:
    """Store it once; nothing here changes it."""
    database = Database(cluster, "odd_data")
    cluster.sql(f'CREATE DATABASE "{database.name}" TEMPLATE "{template}"')
    invented.run(database, store)
    settings = {
        "POSTGRES_URI": database.uri("fp_api"),
        "S3_BUCKET": s3_settings.bucket,
        "S3_ENDPOINT_URL": s3_settings.endpoint_url,
        "S3_ACCESS_KEY_ID": s3_settings.access_key_id,
        "S3_SECRET_ACCESS_KEY": S3_SECRET,
    }
    return Loaded(database, settings)
