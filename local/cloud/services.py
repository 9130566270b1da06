"""What is real in the stand-in: buckets on an S3 server, roles and database of a PostGIS, bundles in processes."""

import hashlib
import re
import threading
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from moto.moto_server import werkzeug_app
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import make_server

from fly_potato.bundle import find_python
from fly_potato.stack.postgres import Cluster
from local.cloud.account import CloudRefusal, Node
from local.emulator.pools import Function, Pool
from local.s3.moto_server import QuietRequests
from local.s3.signatures import SignedRequestsOnly

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ADMINISTRATOR = ("YCAADMINISTRATOR", "administrators-secret")
REGION = "ru-central1"
_CREDENTIAL = re.compile(r"Credential=([^/%]+)")


class Buckets:
    """A real S3 server whose keys belong to accounts; only the deployer and the administrator delete.

    Functions hold ``storage.viewer`` and ``storage.uploader``, which does not allow to delete
    (ru/_roles/storage/uploader.md).
    """

    def __init__(self) -> None:
        werkzeug_app.DISABLE_GLOBAL_CORS = True  # type: ignore[attr-defined]
        self._keys: dict[str, str] = dict([ADMINISTRATOR])
        self._accounts: dict[str, str] = {ADMINISTRATOR[0]: "administrator"}
        self.refused_deletes: list[str] = []
        inner = SignedRequestsOnly(create_backend_app("s3"), self._keys)
        self._server = make_server("127.0.0.1", 0, self._rights(inner), threaded=True, request_handler=QuietRequests)
        self.url = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        access, secret = ADMINISTRATOR
        self.client = boto3.client(
            "s3", endpoint_url=self.url, region_name=REGION, aws_access_key_id=access, aws_secret_access_key=secret
        )

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()

    def give_key(self, access: str, secret: str, account: str) -> None:
        """Let a key open the buckets."""
        self._keys[access], self._accounts[access] = secret, account

    def _rights(self, inner: "WSGIApplication") -> "WSGIApplication":
        def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            query = environ["QUERY_STRING"]
            credential = _CREDENTIAL.search(f"{environ.get('HTTP_AUTHORIZATION', '')}&{query}")
            account = self._accounts.get(credential[1], "") if credential else ""
            deletes = environ["REQUEST_METHOD"] == "DELETE" or (
                environ["REQUEST_METHOD"] == "POST" and "delete" in query
            )
            if deletes and not account.endswith(("deployer", "administrator")):
                self.refused_deletes.append(f"{account} {environ['PATH_INFO']}")
                start_response("403 Forbidden", [("Content-Type", "application/xml")])
                return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]
            return inner(environ, start_response)

        return application


class LocalServices:
    """The services of one rehearsal on this machine."""

    def __init__(self, directory: Path, cluster: Cluster, buckets: Buckets) -> None:
        self.directory = directory
        self.cluster = cluster
        self.buckets = buckets
        self.serving: Callable[[str], None] = lambda spec: None
        self._python = find_python()
        self._passwords: dict[str, str] = {}

    def make_bucket(self, resource: Node) -> None:
        """Make a bucket, closed and versioned, with its rules for browsers."""
        name, client = resource["bucket"], self.buckets.client
        if name not in {each["Name"] for each in client.list_buckets()["Buckets"]}:
            place: Any = {"LocationConstraint": REGION}
            client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        names = {"AllowedMethods": "methods", "AllowedOrigins": "origins", "AllowedHeaders": "headers"}
        rules: Any = [
            {s3: list(rule[f"allowed_{ours}"]) for s3, ours in names.items()}
            for rule in resource.get("cors_rule") or ()
        ]
        if rules:
            client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": rules})

    def remove_bucket(self, name: str, *, force: bool) -> None:
        """Remove a bucket if it is empty."""
        client = self.buckets.client
        listing = client.list_object_versions(Bucket=name)
        versions = [*listing.get("Versions", ()), *listing.get("DeleteMarkers", ())]
        if versions and not force:
            raise CloudRefusal(f"BucketNotEmpty: {name}")
        for each in versions:
            client.delete_object(Bucket=name, Key=each["Key"], VersionId=each["VersionId"])
        client.delete_bucket(Bucket=name)

    def has_object(self, bucket: str, key: str, sha256: str) -> bool:
        """Tell whether a bundle lies there with the content that its name says."""
        try:
            body = self.buckets.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except self.buckets.client.exceptions.ClientError:
            return False
        return hashlib.sha256(body).hexdigest() == sha256

    def give_key(self, access: str, secret: str, account: str) -> None:
        """Let an account's key open the buckets."""
        self.buckets.give_key(access, secret, account)

    def make_role(self, name: str, password: str) -> None:
        """Make a role that may log in, or give it a new password; no role is more than that."""
        verb = "ALTER" if name in self._passwords else "CREATE"
        self.cluster.sql(f"{verb} ROLE \"{name}\" LOGIN PASSWORD '{password}'")
        self._passwords[name] = password

    def make_database(self, name: str, owner: str) -> None:
        """Make the database and, as the cluster's own superuser, PostGIS in it."""
        self.cluster.sql(f'CREATE DATABASE "{name}" OWNER "{owner}"')
        self.cluster.sql("CREATE EXTENSION postgis", name)

    def remove_database(self, name: str) -> None:
        """Remove the database."""
        self.cluster.sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def serve(self, spec: str) -> None:
        """Have the gateway serve a description."""
        self.serving(spec)

    def pool(self, version: Node, secrets: dict[str, str]) -> Pool:
        """Start a version of a function: its own bundle, its own environment, at hosts of this machine."""
        (package,) = version["package"]
        code = self.directory / "code" / package["sha_256"]
        if not code.exists():
            archive = self.directory / f"{package['sha_256']}.zip"
            self.buckets.client.download_file(package["bucket_name"], package["object_name"], str(archive))
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(code)
        environment = {**version.get("environment", {}), **secrets}
        if "POSTGRES_URI" in environment:
            host = re.sub(r"@[^/]+/", f"@127.0.0.1:{self.cluster.port}/", environment["POSTGRES_URI"])
            environment |= {"POSTGRES_URI": host, "PGSSLMODE": "disable"}
            environment.pop("PGSSLROOTCERT", None)
        if "S3_ENDPOINT_URL" in environment:
            environment["S3_ENDPOINT_URL"] = self.buckets.url
        seconds, memory = float(version["execution_timeout"]), int(version["memory"])
        interpreter = (str(self._python), "-S")
        function = Function(version["name"], "main", seconds, memory, tuple(environment), 2, code, interpreter)
        return Pool(function, environment)
