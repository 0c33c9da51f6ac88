"""One server for the whole run, a table with one item, and connections to it."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import raw  # noqa: E402  (it is in the folder that the line above adds)
import server  # noqa: E402

TABLE = f"raw-{os.getpid()}"
ITEM = {"pk": {"S": "a"}, "n": {"N": "1"}}
GET = {"TableName": TABLE, "Key": {"pk": {"S": "a"}}, "ConsistentRead": True}


@pytest.fixture(scope="session")
def endpoint():
    with server.Endpoint() as url:
        client = raw.Client(url)
        answer = client.call("CreateTable", TableName=TABLE, BillingMode="PAY_PER_REQUEST",
                             KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                             AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
        assert answer.status == 200, answer.body
        server.wait_until(lambda: client.call("DescribeTable", TableName=TABLE).json()["Table"]["TableStatus"] == "ACTIVE")
        assert client.call("PutItem", TableName=TABLE, Item=ITEM).status == 200
        yield url
        raw.Client(url).call("DeleteTable", TableName=TABLE)


@pytest.fixture
def client(endpoint):
    connection = raw.Client(endpoint)
    yield connection
    connection.close()


@pytest.fixture
def connect(endpoint):
    """Opens raw sockets, and closes them after the test."""
    opened = []

    def run():
        opened.append(raw.Socket(endpoint))
        return opened[-1]

    yield run
    for connection in opened:
        connection.__exit__()


@pytest.fixture(autouse=True)
def still_serving(endpoint):
    """Whatever a test sent: afterwards a fresh connection gets its answer."""
    yield
    fresh = raw.Client(endpoint)
    assert fresh.call("GetItem", **GET).json() == {"Item": ITEM}
    fresh.close()
