"""Kinesis destinations: what is sent, in which order, and what is refused. The endpoint is a fake one.
The numbers R1 to R4 and T8 are those of the facts about streams; form and rules of the rest are in
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html."""

import concurrent.futures
import json
import os
import random
import re
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import pytest

import kinesis
import server

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="needs a server with an endpoint of its own")

ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/"
CREDENTIALS = {"STATOR_KINESIS_ACCESS_KEY_ID": "id", "STATOR_KINESIS_SECRET_ACCESS_KEY": "secret",
               "STATOR_KINESIS_SESSION_TOKEN": "token"}


def start(fake=None, flags=(), data_dir=None):
    flags = [*flags, *(["--kinesis-endpoint", fake.url] if fake else [])]
    return server.Server(data_dir, flags, CREDENTIALS if fake else None)


def connect(running):
    config = botocore.config.Config(retries={"total_max_attempts": 1}, parameter_validation=False,
                                    max_pool_connections=32)
    return boto3.client("dynamodb", endpoint_url=running.endpoint, region_name="us-east-1",
                        aws_access_key_id="test", aws_secret_access_key="test", config=config)


def ask(client, operation, **body):
    """A call that is newer than the SDK."""
    request = urllib.request.Request(client.meta.endpoint_url, json.dumps(body).encode(), {
        "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
                         "SignedHeaders=host, Signature=x"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def create(client, name="table", stream="changes"):
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    if stream:
        client.enable_kinesis_streaming_destination(TableName=name, StreamArn=ARN + stream)


def put(client, key, value, table="table"):
    client.put_item(TableName=table, Item={"pk": {"S": key}, "v": {"N": str(value)}})


def destinations(client, table="table"):
    return client.describe_kinesis_streaming_destination(TableName=table)["KinesisDataStreamDestinations"]


def refusal(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def metric(running, name):
    with urllib.request.urlopen(running.endpoint + "/metrics") as answer:
        return float(re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.MULTILINE).group(1))


@pytest.fixture
def fake():
    started = kinesis.Kinesis()
    yield started
    started.stop()
    assert started.problems == []


@pytest.fixture
def running(fake):
    started = start(fake, ["--ttl-sweep-ms", "50"])
    yield started
    assert started.stop() == 0


@pytest.fixture
def client(running):
    return connect(running)


def test_records_say_what_changed(fake, client):
    create(client)
    before = time.time()
    item = {"pk": {"S": "p"}, "n": {"N": "1.50"}, "b": {"B": b"\x00\xff"}, "s": {"SS": ["x"]},
            "m": {"M": {"l": {"L": [{"NULL": True}, {"BOOL": False}]}}}}
    client.put_item(TableName="table", Item=item)
    client.put_item(TableName="table", Item=item)  # R1: nothing changes
    client.delete_item(TableName="table", Key={"pk": {"S": "missing"}})  # R1
    client.update_item(TableName="table", Key={"pk": {"S": "p"}}, UpdateExpression="REMOVE b, s, m SET n = :n",
                       ExpressionAttributeValues={":n": {"N": "2"}})
    client.delete_item(TableName="table", Key={"pk": {"S": "p"}})
    server.wait_until(lambda: len(fake.records()) >= 3, what="three records")
    time.sleep(0.2)
    inserted, modified, removed = fake.records()
    # R2: the event is by what was there.
    assert [record["eventName"] for record in fake.records()] == ["INSERT", "MODIFY", "REMOVE"]
    assert set(inserted) == {"awsRegion", "eventID", "eventName", "userIdentity", "recordFormat", "tableName",
                             "dynamodb", "eventSource"}
    assert (inserted["awsRegion"], inserted["userIdentity"], inserted["recordFormat"], inserted["tableName"],
            inserted["eventSource"]) == ("us-east-1", None, "application/json", "table", "aws:dynamodb")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", inserted["eventID"])
    # R3: keys always, and both images as far as there were any.
    images = {"pk": {"S": "p"}, "n": {"N": "1.5"}, "b": {"B": "AP8="}, "s": {"SS": ["x"]},
              "m": {"M": {"l": {"L": [{"NULL": True}, {"BOOL": False}]}}}}
    change = inserted["dynamodb"]
    assert (change["Keys"], change["NewImage"], "OldImage" in change) == ({"pk": {"S": "p"}}, images, False)
    assert modified["dynamodb"]["OldImage"] == images
    assert modified["dynamodb"]["NewImage"] == {"pk": {"S": "p"}, "n": {"N": "2"}}
    assert removed["dynamodb"]["OldImage"] == {"pk": {"S": "p"}, "n": {"N": "2"}}
    assert "NewImage" not in removed["dynamodb"]
    assert removed["dynamodb"]["SizeBytes"] == 3 + 3 + 3  # the key, and the image: p, k, p; n and its number
    assert change["ApproximateCreationDateTimePrecision"] == "MILLISECOND"
    assert before - 1 <= change["ApproximateCreationDateTime"] / 1000 <= time.time() + 1


def test_precision_of_times(fake, client):
    create(client, stream=None)
    micros = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    enabled = ask(client, "EnableKinesisStreamingDestination", TableName="table", StreamArn=ARN + "changes",
                  EnableKinesisStreamingConfiguration=micros)
    assert enabled == {"TableName": "table", "StreamArn": ARN + "changes", "DestinationStatus": "ENABLING",
                       "EnableKinesisStreamingConfiguration": micros}
    put(client, "a", 0)
    server.wait_until(fake.records, what="a record")
    change = fake.records()[0]["dynamodb"]
    assert change["ApproximateCreationDateTimePrecision"] == "MICROSECOND"
    assert abs(change["ApproximateCreationDateTime"] / 1e6 - time.time()) < 30
    millis = {"ApproximateCreationDateTimePrecision": "MILLISECOND"}
    update = {"TableName": "table", "StreamArn": ARN + "changes", "UpdateKinesisStreamingConfiguration": millis}
    updated = ask(client, "UpdateKinesisStreamingDestination", **update)
    assert updated == {**update, "DestinationStatus": "UPDATING"}
    assert ask(client, "DescribeKinesisStreamingDestination", TableName="table") == {
        "TableName": "table", "KinesisDataStreamDestinations": [
            {"StreamArn": ARN + "changes", "DestinationStatus": "ACTIVE", **millis}]}
    assert "already set" in ask(client, "UpdateKinesisStreamingDestination", **update)["message"]
    put(client, "a", 1)
    server.wait_until(lambda: len(fake.records()) == 2, what="the second record")
    assert abs(fake.records()[1]["dynamodb"]["ApproximateCreationDateTime"] / 1e3 - time.time()) < 30


def test_expired_items_are_the_services(fake, client):
    create(client)
    client.update_time_to_live(TableName="table",
                               TimeToLiveSpecification={"Enabled": True, "AttributeName": "v"})
    put(client, "a", int(time.time()) - 10)
    server.wait_until(lambda: len(fake.records()) == 2, what="the deletion")
    # R4.
    assert fake.records()[1]["userIdentity"] == {"principalId": "dynamodb.amazonaws.com", "type": "Service"}
    assert fake.records()[1]["eventName"] == "REMOVE"


def test_all_writes_have_records(fake, client):
    create(client)
    client.batch_write_item(RequestItems={"table": [
        {"PutRequest": {"Item": {"pk": {"S": f"b{i}"}, "v": {"N": "0"}}}} for i in range(25)]})
    client.transact_write_items(TransactItems=[
        {"Put": {"TableName": "table", "Item": {"pk": {"S": f"b{i}"}, "v": {"N": "1"}}}} for i in range(3)])
    client.execute_statement(Statement="""UPDATE "table" SET v = 2 WHERE pk = 'b0'""")
    expected = {f"b{i}": [0, 1] if i < 3 else [0] for i in range(25)}
    expected["b0"].append(2)
    server.wait_until(lambda: fake.values() == expected, what="all records")  # T8: in order per item


@pytest.mark.parametrize("framing", [{"keep_alive": False}, {"chunked": True}, {}], ids=str)
def test_order_of_each_item_under_partial_failures(framing):
    """T8: whatever part of a call fails, the changes of an item are accepted in their order."""
    seed = random.randrange(1 << 32)
    print("seed", seed)  # shown when the test fails
    choice = random.Random(seed)
    fake = kinesis.Kinesis(**framing)
    fake.judge = lambda data: choice.choice([None, None, None, "ProvisionedThroughputExceededException",
                                             "InternalFailure"])
    answers = [None] * 8 + ["close", (500, "{}"), (400, '{"__type":"ResourceNotFoundException","message":"no"}')]
    fake.answer = lambda body: choice.choice(answers)
    running = start(fake)
    client = connect(running)
    create(client)
    keys = [f"k{i}" for i in range(8)]
    with concurrent.futures.ThreadPoolExecutor(len(keys)) as pool:
        list(pool.map(lambda key: [put(client, key, value) for value in range(25)], keys))
    fake.answer = lambda body: None
    expected = {key: list(range(25)) for key in keys}
    try:
        server.wait_until(lambda: fake.values() == expected, 60, "all in order")
    finally:
        assert running.stop() == 0
        fake.stop()
    assert fake.problems == []
    # One item is in one shard: its partition key is always the same, and its own.
    partitions = {(data["dynamodb"]["Keys"]["pk"]["S"], key) for key, data in fake.accepted["changes"]}
    assert len(partitions) == len({key for _, key in partitions}) == len(keys)
    # Nothing was lost with an answer here, so nothing came twice but what a closed connection hid.
    assert len(fake.accepted["changes"]) == len(fake.records())


def test_what_waits_survives_kill_9(tmp_path):
    fake = kinesis.Kinesis()
    running = start(fake, data_dir=tmp_path)
    client = connect(running)
    create(client)
    for value in range(5):
        put(client, "a", value)
    server.wait_until(lambda: fake.values() == {"a": list(range(5))}, what="what was sent at once")
    fake.stop()
    for value in range(5, 10):
        put(client, "a", value)
        put(client, "b", value)
    server.wait_until(lambda: metric(running, "stator_kinesis_calls_failed_total") > 0, what="a failed call")
    assert "Kinesis endpoint" in destinations(client)[0]["DestinationStatusDescription"]
    assert destinations(client)[0]["DestinationStatus"] == "ACTIVE"
    server.wait_until(lambda: metric(running, "stator_kinesis_lag_seconds") > 0, what="a lag")
    running.kill()
    again = kinesis.Kinesis(port=fake.port)
    running = start(again, data_dir=tmp_path)
    client = connect(running)
    put(client, "b", 10)

    def arrived():
        values = again.values()
        # What had been accepted and not been trimmed may come again, in order and without gaps.
        return values.get("b") == list(range(5, 11)) and values.get("a") == list(range(10))[-len(values.get("a", [])):]
    server.wait_until(arrived, what="what waited")
    assert set(again.values()["a"]) >= set(range(5, 10))
    server.wait_until(lambda: "DestinationStatusDescription" not in destinations(client)[0], what="no problem")
    assert running.stop() == 0
    again.stop()
    assert fake.problems == again.problems == []


def test_kills_in_the_middle(tmp_path):
    """At least once, whenever the process dies: nothing acknowledged is missing, nothing is out of order."""
    fake = kinesis.Kinesis()
    fake.judge = lambda data: random.choice([None, None, "InternalFailure"])
    acknowledged = -1
    for _ in range(3):
        running = start(fake, data_dir=tmp_path)
        client = connect(running)
        if acknowledged < 0:
            create(client)
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            for key in ("a", "b"):
                put(client, key, acknowledged + 1)
            acknowledged += 1
        running.kill()
    running = start(fake, data_dir=tmp_path)
    expected = {key: list(range(acknowledged + 1)) for key in ("a", "b")}
    server.wait_until(lambda: fake.values() == expected, 60, "all in order")
    assert running.stop() == 0
    fake.stop()
    assert fake.problems == []


def test_two_destinations_and_no_third(fake, client):
    create(client, stream="first")
    put(client, "a", 0)
    client.enable_kinesis_streaming_destination(TableName="table", StreamArn=ARN + "second")
    put(client, "a", 1)
    server.wait_until(lambda: fake.values("first") == {"a": [0, 1]}, what="both")
    server.wait_until(lambda: fake.values("second") == {"a": [1]}, what="what came after the enabling")
    enable = client.enable_kinesis_streaming_destination
    assert refusal(enable, TableName="table", StreamArn=ARN + "third")[0] == "LimitExceededException"
    assert refusal(enable, TableName="table", StreamArn=ARN + "second") == (
        "ValidationException", "Table is not in a valid state to enable Kinesis Streaming Destination: "
        "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.")
    assert refusal(enable, TableName="missing", StreamArn=ARN + "third")[0] == "ResourceNotFoundException"
    assert refusal(enable, TableName="table", StreamArn="x" * 40)[0] == "ValidationException"


def test_disabling_sends_what_waits(fake, client):
    create(client)
    fake.answer = lambda body: (500, "")
    put(client, "a", 0)
    answer = client.disable_kinesis_streaming_destination(TableName="table", StreamArn=ARN + "changes")
    assert (answer["TableName"], answer["StreamArn"], answer["DestinationStatus"]) == (
        "table", ARN + "changes", "DISABLING")
    put(client, "a", 1)
    assert destinations(client)[0]["DestinationStatus"] == "DISABLING"
    fake.answer = lambda body: None
    server.wait_until(lambda: destinations(client)[0]["DestinationStatus"] == "DISABLED", what="DISABLED")
    assert fake.values() == {"a": [0]}
    assert refusal(client.disable_kinesis_streaming_destination, TableName="table", StreamArn=ARN + "changes") == (
        "ValidationException", "Table is not in a valid state to enable Kinesis Streaming Destination: "
        "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")
    client.enable_kinesis_streaming_destination(TableName="table", StreamArn=ARN + "changes")
    put(client, "a", 2)
    server.wait_until(lambda: fake.values() == {"a": [0, 2]}, what="what came after it was enabled again")


def test_a_deleted_table_has_none(fake, client):
    create(client)
    fake.answer = lambda body: (500, "")
    put(client, "a", 0)
    client.delete_table(TableName="table")
    create(client, stream=None)
    fake.answer = lambda body: None
    assert destinations(client) == []
    time.sleep(0.5)
    assert fake.records() == []


def test_records_that_wait_too_long_are_dropped(fake):
    running = start(fake, ["--stream-retention-ms", "1000"])
    client = connect(running)
    create(client)
    fake.answer = lambda body: (500, "")
    put(client, "a", 0)
    put(client, "b", 0)
    expired = 'stator_kinesis_records_dropped_total{reason="expired"}'
    server.wait_until(lambda: metric(running, expired) == 2, what="dropped")
    server.wait_until(lambda: "2 records have waited for 1 s and are dropped" in running.errors() or
                      running.errors().count("1 records have waited") == 2, what="told of")
    fake.answer = lambda body: None
    put(client, "a", 1)
    server.wait_until(lambda: fake.values() == {"a": [1]}, what="what came later")
    # The endpoint knows of its acceptance first.
    server.wait_until(lambda: metric(running, "stator_kinesis_records_sent_total") == 1, what="counted")
    assert running.stop() == 0


def test_refused_without_an_endpoint():
    running = start()
    client = connect(running)
    create(client, stream=None)
    assert destinations(client) == []
    for name in ("Enable", "Disable", "Update"):
        operation = f"{name}KinesisStreamingDestination"
        refused = ask(client, operation, TableName="table", StreamArn=ARN + "changes")
        assert refused["__type"].endswith("#ValidationException")
        assert "--kinesis-endpoint" in refused["message"]
        missing = ask(client, operation, TableName="missing", StreamArn=ARN + "changes")
        assert missing["__type"].endswith("#ResourceNotFoundException")
    assert running.stop() == 0


def test_an_endpoint_that_is_no_longer_given(tmp_path):
    fake = kinesis.Kinesis()
    running = start(fake, data_dir=tmp_path)
    create(connect(running))
    assert running.stop() == 0
    running = start(data_dir=tmp_path)
    client = connect(running)
    put(client, "a", 0)
    assert destinations(client)[0]["DestinationStatus"] == "ACTIVE"
    assert "there is no --kinesis-endpoint" in running.errors()
    assert running.stop() == 0
    # What was written meanwhile has waited.
    running = start(fake, data_dir=tmp_path)
    server.wait_until(lambda: fake.values() == {"a": [0]}, what="the record")
    assert running.stop() == 0
    running = start(data_dir=tmp_path)
    client = connect(running)
    client.disable_kinesis_streaming_destination(TableName="table", StreamArn=ARN + "changes")
    assert destinations(client)[0]["DestinationStatus"] == "DISABLED"
    assert running.stop() == 0
    fake.stop()


def test_tls_is_verified(tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run([server.binary(), "tls", "self-signed", "--san", "127.0.0.1", "--cert", certificate,
                    "--key", key], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    fake = kinesis.Kinesis(tls=context)
    running = start(fake)
    client = connect(running)
    create(client)
    put(client, "a", 0)
    server.wait_until(lambda: "DestinationStatusDescription" in destinations(client)[0], what="a problem")
    assert "not trusted" in destinations(client)[0]["DestinationStatusDescription"]
    assert running.stop() == 0
    assert fake.calls == []
    running = start(fake, ["--kinesis-ca-file", str(certificate)])
    client = connect(running)
    create(client)
    for value in range(3):
        put(client, "a", value)
    server.wait_until(lambda: fake.values() == {"a": [0, 1, 2]}, what="the records")
    assert running.stop() == 0
    fake.stop()
    assert fake.problems == []


def test_settings_that_mean_nothing_are_refused():
    for flags in (["--kinesis-ca-file", "x"], ["--kinesis-access-key-id", "x"], ["--kinesis-endpoint", "localhost"],
                  ["--kinesis-endpoint", "http://localhost", "--kinesis-ca-file", "x"],
                  ["--kinesis-endpoint", "https://localhost", "--kinesis-ca-file", "/does/not/exist"]):
        ended = subprocess.run([server.binary(), "serve", "--port", "0", "--in-memory", *flags],
                               capture_output=True, text=True, timeout=20, check=False)
        assert ended.returncode != 0
        assert ended.stderr
