"""`stator tail`: every change once, in each item's order, over rolls and a restart of the command."""

import json
import os
import subprocess

import pytest

import server

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="needs a server with short times")

KEYS = [f"k{i}" for i in range(5)]


class Tail:
    """A run of the command, whose lines go to a file."""

    def __init__(self, out, *arguments):
        self.out = out
        with open(out, "a", encoding="utf-8") as file:
            self.process = subprocess.Popen([server.binary(), "tail", *arguments], stdout=file,
                                            stderr=subprocess.PIPE, text=True)

    def values(self):
        """The new values of each key, in the order printed."""
        seen = {}
        for line in self.out.read_text().splitlines():
            change = json.loads(line)
            seen.setdefault(change["keys"]["pk"]["S"], []).append(int(change["new"]["v"]["N"]))
        return seen

    def wait_for(self, values):
        server.wait_until(lambda: self.values() == {key: values for key in KEYS}, 30, f"{values}, got {self.values()}")

    def end(self):
        self.process.kill()
        assert self.process.communicate()[1] == ""


@pytest.fixture
def running():
    started = server.Server(None, ["--stream-roll-ms", "300"])
    yield started
    assert started.stop() == 0


def test_follows_shards_and_goes_on_at_its_cursor(running, tmp_path):
    import boto3
    client = boto3.client("dynamodb", endpoint_url=running.endpoint, region_name="us-east-1",
                          aws_access_key_id="test", aws_secret_access_key="test")
    client.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})

    def put(value):
        for key in KEYS:
            client.put_item(TableName="table", Item={"pk": {"S": key}, "v": {"N": str(value)}})

    def tail(name, *more):
        return Tail(tmp_path / name, "table", "--endpoint", running.endpoint, *more)

    cursor = ("--cursor", str(tmp_path / "cursor"))
    put(0)
    first = tail("all", "--from", "trim-horizon", *cursor)
    first.wait_for([0])
    put(1)
    first.wait_for([0, 1])
    first.end()
    put(2)
    second = tail("all", *cursor)
    second.wait_for([0, 1, 2])
    latest = tail("latest", *("--cursor", str(tmp_path / "latest-cursor")))
    server.wait_until((tmp_path / "latest-cursor").exists, 30, "begun")
    put(3)
    latest.wait_for([3])
    second.wait_for([0, 1, 2, 3])
    # When the stream has ended, so do they.
    client.update_table(TableName="table", StreamSpecification={"StreamEnabled": False})
    assert second.process.wait(30) == 0 and latest.process.wait(30) == 0
    last = tail("later", "--from", "2100-01-01T00:00:00Z")
    assert last.process.wait(30) == 1 and "has no stream" in last.process.communicate()[1]


def test_tells_what_is_wrong(running, tmp_path):
    for arguments, message in [
            (["none", "--endpoint", running.endpoint], "Table: none not found"),
            (["none", "--endpoint", running.endpoint, "--from", "yesterday"], "'yesterday' is none of"),
            (["none", "--endpoint", "http://127.0.0.1:1"], "cannot connect"),
            (["none", "--endpoint", "nowhere"], "")]:
        tail = Tail(tmp_path / "out", *arguments)
        assert tail.process.wait(30) == 1
        assert message in tail.process.communicate()[1]
