"""Time to live: states and errors, and, with a server whose clock the test moves, expiry itself."""

import os
import time
import urllib.request

import boto3
import pytest

import server
from conftest import Tables, index

HOUR = 3600
YEAR = 365 * 24 * HOUR


def specification(enabled, attribute="expires"):
    return {"Enabled": enabled, "AttributeName": attribute}


def describe(client, table):
    return client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]


def enable(client, table, attribute="expires"):
    client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(True, attribute))
    server.wait_until(lambda: describe(client, table)["TimeToLiveStatus"] == "ENABLED", 60, "TTL enabled")


def test_states(client, tables):
    table = tables.create("ttl", "pk:S")
    assert describe(client, table) == {"TimeToLiveStatus": "DISABLED"}
    answer = client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(True))
    assert answer["TimeToLiveSpecification"] == specification(True)
    assert client.describe_table(TableName=table)["Table"]["TableStatus"] == "ACTIVE"
    server.wait_until(lambda: describe(client, table) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"},
                      60, "TTL enabled")


# R13
def test_errors_by_state(client, tables, invalid):
    table = tables.create("ttl", "pk:S")
    with invalid("TimeToLive is already disabled"):
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(False))
    enable(client, table)
    with invalid("TimeToLive is already enabled"):
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(True))
    for enabled in (True, False):
        with invalid("TimeToLive is active on a different AttributeName: current AttributeName is expires"):
            client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(enabled, "other"))


# L5
def test_attribute_name_lengths(client, tables, invalid):
    table = tables.create("ttl", "pk:S")
    for name in ("", "x" * 256):
        with invalid():
            client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(True, name))
    enable(client, table, "x" * 255)


def test_missing_table(client, refused):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: nope-ttl not found"):
        client.update_time_to_live(TableName="nope-ttl", TimeToLiveSpecification=specification(True))
    with refused("ResourceNotFoundException", "Requested resource not found: Table: nope-ttl not found"):
        client.describe_time_to_live(TableName="nope-ttl")


class Clocked:
    """A server of its own, in memory, whose clock the test moves."""

    def __init__(self, directory, *flags, sweep_ms=20):
        self.file = directory / "clock"
        self.server = server.Server(extra_flags=["--test-clock-file", str(self.file), "--ttl-sweep-ms", str(sweep_ms), *flags])
        self.client = boto3.client("dynamodb", endpoint_url=self.server.endpoint, region_name="us-east-1",
                                   aws_access_key_id="test", aws_secret_access_key="test")
        self.tables = Tables(self.client)
        self.ahead = 0

    def now(self):
        return int(time.time()) + self.ahead

    def advance(self, seconds):
        self.ahead += seconds
        temporary = self.file.with_suffix(".new")
        temporary.write_text(f"{self.ahead}\n")
        temporary.replace(self.file)

    def metrics(self):
        with urllib.request.urlopen(f"{self.server.endpoint}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("stator_ttl_")}

    def names(self, table):
        return {item["pk"]["S"] for item in self.client.scan(TableName=table, ConsistentRead=True)["Items"]}

    def wait_for(self, table, names):
        server.wait_until(lambda: self.names(table) == names, 60, f"{names} left")

    def put(self, table, name, value, **more):
        item = {"pk": {"S": name}, **more}
        if value is not None:
            item["expires"] = value if isinstance(value, dict) else {"N": str(value)}
        return self.client.put_item(TableName=table, Item=item, ReturnConsumedCapacity="INDEXES")


own_server = pytest.mark.skipif(bool(os.environ.get("STATOR_ENDPOINT")), reason="needs a server of its own")


@pytest.fixture(scope="module")
def clocked(tmp_path_factory):
    running = Clocked(tmp_path_factory.mktemp("clock"))
    yield running
    assert running.server.stop() == 0


# R11
@own_server
def test_what_expires(clocked):
    table = clocked.tables.create("ttl", "pk:S")
    enable(clocked.client, table)
    now = clocked.now()
    for name, value in {
            "expires": now + HOUR - 1,
            "fraction": f"{now + HOUR - 2}.5",
            "exponent": f"{(now + HOUR - 10) // 10}e1",
    }.items():
        clocked.put(table, name, value)
    kept = {
        "never": None,
        "later": now + 3 * HOUR,
        "milliseconds": now * 1000,
        "ancient": now - 6 * YEAR,
        "text": {"S": str(now - 1)},
        "list": {"L": [{"N": str(now - 1)}]},
        "null": {"NULL": True},
        "set": {"NS": [str(now - 1)]},
    }
    for name, value in kept.items():
        clocked.put(table, name, value)
    clocked.client.put_item(TableName=table, Item={"pk": {"S": "nested"}, "m": {"M": {"expires": {"N": str(now - 1)}}}})
    before = clocked.metrics()
    clocked.advance(HOUR + 1)
    clocked.wait_for(table, {"nested", *kept})
    after = clocked.metrics()
    assert after["stator_ttl_deleted_items_total"] - before["stator_ttl_deleted_items_total"] == 3
    assert after["stator_ttl_entries_read_total"] - before["stator_ttl_entries_read_total"] >= 3


# R11
@own_server
def test_key_attribute_expires(clocked):
    table = clocked.tables.create("ttl", "pk:S expires:N")
    enable(clocked.client, table)
    now = clocked.now()
    clocked.put(table, "gone", now + 10)
    clocked.put(table, "kept", now + 10 * HOUR)
    clocked.advance(HOUR)
    clocked.wait_for(table, {"kept"})


# R12: indexes lose the items, too; nobody is charged for the expiry index or the deletion.
@own_server
def test_indexes_and_capacity(clocked):
    table = clocked.tables.create("ttl", "pk:S sk:S", "g:S l:S", GlobalSecondaryIndexes=[index("byG", "g:S")],
                                  LocalSecondaryIndexes=[index("byL", "pk:S l:S")])
    enable(clocked.client, table)
    now = clocked.now()
    for i in range(20):
        answer = clocked.put(table, f"p{i}", now + (10 if i % 2 else 10 * HOUR),
                             sk={"S": "s"}, g={"S": "g"}, l={"S": "l"})
        assert answer["ConsumedCapacity"]["CapacityUnits"] == 3
        assert set(answer["ConsumedCapacity"]["GlobalSecondaryIndexes"]) == {"byG"}
    clocked.advance(HOUR)
    clocked.wait_for(table, {f"p{i}" for i in range(0, 20, 2)})
    for name in ("byG", "byL"):
        assert clocked.client.scan(TableName=table, IndexName=name)["Count"] == 10
    description = clocked.client.describe_table(TableName=table)["Table"]
    assert description["ItemCount"] == 10
    assert [i["ItemCount"] for i in description["GlobalSecondaryIndexes"]] == [10]
    assert [i["ItemCount"] for i in description["LocalSecondaryIndexes"]] == [10]


# R11: what has expired is still there until it is deleted, and comes back when it is updated.
@own_server
def test_expired_items_live_until_they_are_deleted(tmp_path):
    clocked = Clocked(tmp_path, sweep_ms=2000)
    table = clocked.tables.create("ttl", "pk:S")
    enable(clocked.client, table)
    clocked.put(table, "revived", clocked.now() - 60)
    clocked.put(table, "lost", clocked.now() - 60)
    key = {"pk": {"S": "revived"}}
    assert "Item" in clocked.client.get_item(TableName=table, Key=key, ConsistentRead=True)
    answer = clocked.client.update_item(
        TableName=table, Key=key, UpdateExpression="SET expires = :later", ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeValues={":later": {"N": str(clocked.now() + HOUR)}}, ReturnValues="ALL_OLD")
    assert answer["Attributes"]["pk"] == {"S": "revived"}
    clocked.wait_for(table, {"revived"})
    assert clocked.server.stop() == 0


# Items that were there before TTL expire, too, and none after it is disabled.
@own_server
def test_enable_and_disable(clocked, invalid):
    table = clocked.tables.create("ttl", "pk:S")
    clocked.put(table, "before", clocked.now() - 60)
    clocked.put(table, "later", clocked.now() + 10)
    time.sleep(0.1)
    assert clocked.names(table) == {"before", "later"}
    enable(clocked.client, table)
    clocked.wait_for(table, {"later"})
    clocked.client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(False))
    assert describe(clocked.client, table) == {"TimeToLiveStatus": "DISABLED"}
    clocked.advance(HOUR)
    time.sleep(0.1)
    assert clocked.names(table) == {"later"}
    enable(clocked.client, table)
    clocked.wait_for(table, set())


# R13: an option, because the service's pause hinders tests. States last as long as others do.
@own_server
def test_pause_between_changes(tmp_path):
    clocked = Clocked(tmp_path, "--ttl-change-pause-ms", str(HOUR * 1000), "--status-delay-ms", "300")
    client = clocked.client
    table = clocked.tables.create("ttl", "pk:S")
    client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(True))
    assert describe(client, table) == {"TimeToLiveStatus": "ENABLING", "AttributeName": "expires"}
    server.wait_until(lambda: describe(client, table)["TimeToLiveStatus"] == "ENABLED", 60, "TTL enabled")
    with pytest.raises(client.exceptions.ClientError,
                       match="Time to live has been modified multiple times within a fixed interval"):
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(False))
    clocked.advance(HOUR)

    def disable():
        try:
            return client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification(False))
        except client.exceptions.ClientError:
            return None  # the clock is about to move

    server.wait_until(disable, 10, "TTL disabled")
    assert describe(client, table) == {"TimeToLiveStatus": "DISABLING", "AttributeName": "expires"}
    server.wait_until(lambda: describe(client, table) == {"TimeToLiveStatus": "DISABLED"}, 60, "TTL disabled")
    assert clocked.server.stop() == 0


def test_clock_needs_memory(tmp_path):
    with pytest.raises(RuntimeError, match="needs --in-memory"):
        server.Server(data_dir=tmp_path / "data", extra_flags=["--test-clock-file", str(tmp_path / "clock")])
