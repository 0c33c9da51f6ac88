"""One server for the whole run, clients for it, and tables that remove themselves."""

import itertools
import os
import pathlib
import sys

import boto3
import botocore.config
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import server  # noqa: E402  (it is in the folder that the line above adds)

_serial = itertools.count(1)


@pytest.fixture(scope="session")
def endpoint():
    with server.Endpoint() as url:
        yield url


@pytest.fixture(scope="session")
def settings(endpoint):
    return {
        "endpoint_url": endpoint,
        "region_name": os.environ.get("AWS_REGION", "us-east-1"),
        "aws_access_key_id": os.environ.get("AWS_ACCESS_KEY_ID", "test"),
        "aws_secret_access_key": os.environ.get("AWS_SECRET_ACCESS_KEY", "test"),
        "aws_session_token": os.environ.get("AWS_SESSION_TOKEN"),
        # A wrong answer must be seen, not retried; and what is invalid must reach the server.
        "config": botocore.config.Config(retries={"total_max_attempts": 1}, parameter_validation=False,
                                         max_pool_connections=32),
    }


@pytest.fixture(scope="session")
def client(settings):
    return boto3.client("dynamodb", **settings)


@pytest.fixture(scope="session")
def resource(settings):
    return boto3.resource("dynamodb", **settings)


class Tables:
    """Creates on-demand tables from short texts like 'pk:S sk:N'."""

    def __init__(self, client):
        self.client = client
        self.created = []

    def name(self, stem):
        return f"{stem}-py-{os.getpid()}-{next(_serial)}"

    def create(self, stem, keys, types="", **more):
        name = self.name(stem)
        pairs = [pair.split(":") for pair in f"{keys} {types}".split()]
        settings = {"BillingMode": "PAY_PER_REQUEST", **more}
        self.client.create_table(
            TableName=name, KeySchema=schema(keys),
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in pairs], **settings)
        self.created.append(name)
        self.wait(name)
        return name

    def wait(self, name):
        def active():
            table = self.client.describe_table(TableName=name)["Table"]
            indexes = table.get("GlobalSecondaryIndexes", [])
            return all(part == "ACTIVE" for part in
                       [table["TableStatus"], *(index["IndexStatus"] for index in indexes)])
        server.wait_until(active, 120, f"table {name} active")

    def drop(self):
        for name in self.created:
            try:
                self.client.delete_table(TableName=name)
            except self.client.exceptions.ResourceNotFoundException:
                pass  # the test deleted it


def schema(keys):
    """'pk sk' as a key schema; a '+' before a later name makes it HASH, too (Q10)."""
    return [{"AttributeName": key.split(":")[0].lstrip("+"),
             "KeyType": "HASH" if position == 0 or key.startswith("+") else "RANGE"}
            for position, key in enumerate(keys.split())]


def index(name, keys, projection="ALL", attributes=()):
    result = {"IndexName": name, "KeySchema": schema(keys), "Projection": {"ProjectionType": projection}}
    if attributes:
        result["Projection"]["NonKeyAttributes"] = list(attributes)
    return result


@pytest.fixture(scope="module")
def tables(client):
    made = Tables(client)
    yield made
    made.drop()


class Refusals:
    """`with refused('ValidationException', 'text' or re.compile(...)):`"""

    def __init__(self, client, name, message):
        self.client, self.name, self.message = client, name, message

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        assert isinstance(error, self.client.exceptions.ClientError), f"expected {self.name}, got {error!r}"
        self.response = error.response
        code, text = error.response["Error"]["Code"], error.response["Error"]["Message"]
        assert code == self.name, f"expected {self.name}, got {code}: {text}"
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400  # W5
        if hasattr(self.message, "search"):
            assert self.message.search(text), text
        elif self.message is not None:
            assert text == self.message
        return True


@pytest.fixture(scope="session")
def refused(client):
    return lambda name, message=None: Refusals(client, name, message)


@pytest.fixture(scope="session")
def invalid(refused):
    return lambda message=None: refused("ValidationException", message)
