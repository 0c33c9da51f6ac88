"""What strangers send: sizes, depths and speeds that no client would choose. The server answers or closes,
and serves the next one (the fixture `still_serving`)."""

import gzip
import json
import os
import random
import time

import pytest
import raw
import server
from conftest import GET, ITEM, TABLE

MB = 1024 * 1024
BODY = json.dumps(GET).encode()
owns_server = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="needs a server with flags of its own")


def put(value):
    return b'{"TableName":"%s","Item":{"pk":{"S":"hostile"},"v":%s}}' % (TABLE.encode(), value)


@pytest.mark.parametrize("body", [
    put(b'{"L":[' * 200_000), put(b'{"M":{"m":' * 100_000), put(b'{"L":[' * 120 + b"]}" * 120), b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    put(b'{"N":"1E400"}'), put(b'{"N":"%s"}' % (b"9" * 10_000)), put(b'{"N":"1e%s"}' % (b"9" * 10_000)), put(b'{"N":"0.%s1"}' % (b"0" * 100_000)),
    put(b'{"N":"' + b" " * 1000 + b'1"}'), put(b'{"N":"NaN"}'), put(b'{"N":"1_0"}'), put(b'{"N":"\xd9\xa1"}'), put(b"{" + b'"S":"a",' * 1000 + b'"S":"a"}'),
    put(b'{"B":"\xff"}'), put(b'{"S":"\xc0\x80"}'), put(b'{"S":"\xed\xa0\x80"}'), put(b'{"S":"\xf5\x80\x80\x80"}'), put(b'{"S":"\\ud800"}'), put(b'{"S":"\\udc00\\ud800"}'),
    put(b'{"dog":"cat"}'), put(b'{"S":"a"'), b'{"TableName":"%s' % TABLE.encode(), b'"' * 100_000, b"\\" * 100_000, b'{"TableName":"' + b"\\u0000" * 1000 + b'"}',
    b"-" * 100_000, b'{"Limit":' + b"9" * 100_000 + b"}", b'{"' + b"k" * 1_000_000 + b'":1}',
], ids=lambda body: repr(body[-30:]))
def test_bodies_that_are_refused(client, body):
    answer = client.post("PutItem", body)
    assert answer.status == 400 and answer.error in ("SerializationException", "ValidationException"), answer.body


def test_a_nul_is_a_character(client):
    key = {"pk": {"S": "nul\u0000b"}}
    assert client.call("PutItem", TableName=TABLE, Item={**key, "v": {"S": "\u0000"}}).status == 200
    assert client.call("GetItem", TableName=TABLE, Key=key).json()["Item"]["v"] == {"S": "\u0000"}
    assert "Item" not in client.call("GetItem", TableName=TABLE, Key={"pk": {"S": "nul"}}).json()
    client.call("DeleteItem", TableName=TABLE, Key=key)


@pytest.mark.parametrize("expression", ["(" * 250 + "a = :v" + ")" * 250, "NOT " * 1000 + "a = :v", "(" * 4000, "#" * 4000, ":" * 4000, '"' * 4000, "a" + ".a" * 2000,
                                        "a" + "[0]" * 1300, "a = :v OR " * 400 + "a = :v", "size(" * 800, "a IN (" + ":v," * 1300 + ":v)", "\u0000", "\u202e" * 1000, "[" * 4000],
                         ids=lambda text: text[:12])
def test_expressions_are_judged(client, expression):
    """Each is refused or evaluated; nothing recurses without bound."""
    for parameter in ("ConditionExpression", "FilterExpression", "UpdateExpression", "ProjectionExpression", "KeyConditionExpression"):
        operation = {"ConditionExpression": "DeleteItem", "FilterExpression": "Scan", "UpdateExpression": "UpdateItem",
                     "ProjectionExpression": "GetItem", "KeyConditionExpression": "Query"}[parameter]
        body = {"TableName": TABLE, parameter: expression, "ExpressionAttributeValues": {":v": {"S": "x"}}}
        if operation in ("DeleteItem", "UpdateItem", "GetItem"):
            body["Key"] = {"pk": {"S": "nobody"}}
        if operation == "GetItem":
            del body["ExpressionAttributeValues"]
        answer = client.post(operation, body)
        assert answer.status in (200, 400), (parameter, answer.body)
        json.loads(answer.body)


def test_a_wide_body(client):
    """Many small values cost the most memory for each byte."""
    wide = put(b'{"L":[' + b'{"NULL":true},' * 300_000 + b'{"NULL":true}]}')
    for _ in range(2):
        assert client.post("PutItem", wide).error == "ValidationException"


@pytest.mark.parametrize("count", [100, 5000])
def test_many_headers(connect, count):
    connection = connect()
    data = connection.head("GetItem", BODY, {f"x-{i}": "" for i in range(count)}) + BODY
    try:
        connection.send(data)
    except OSError:
        pass  # refused before all was sent
    answer = connection.receive()
    assert answer.status == (200 if count == 100 else 400)


@pytest.mark.parametrize("seed", range(20))
def test_noise(connect, seed):
    rng = random.Random(seed)
    connection = connect()
    valid = connection.head("GetItem", BODY) + BODY
    data = bytearray(valid)
    for _ in range(rng.randrange(1, 20)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        connection.send(bytes(data))
        connection.socket.settimeout(0.5)
        answer = connection.receive()
    except OSError:
        return
    assert answer is None or answer.status in (200, 400, 404, 413, 500)
    if answer is not None and answer.status == 500:  # W13 only
        assert b"content-encoding" in bytes(data).lower()


def test_nested_bombs(client):
    bomb = gzip.compress(gzip.compress(b" " * (100 * MB)))
    assert client.post("GetItem", bomb, {"Content-Encoding": "gzip"}).status == 400  # undone once
    many = gzip.compress(b" " * MB) * 40
    assert client.post("GetItem", many, {"Content-Encoding": "gzip"}).status == 413
    empty = gzip.compress(b"") * 200_000
    assert client.post("GetItem", empty, {"Content-Encoding": "gzip"}).status in (400, 413, 500)


def test_a_slow_body(connect, endpoint):
    """A kilobyte each second on average, after ten seconds."""
    if "amazonaws.com" in endpoint:
        pytest.skip("the service has limits of its own")
    connection = connect()
    connection.send(connection.head("GetItem", b" " * 100_000))
    started = time.monotonic()
    try:
        while time.monotonic() - started < 30:
            connection.send(b" ")
            time.sleep(0.2)
    except OSError:
        pass
    assert 5 < time.monotonic() - started < 20


@owns_server
@pytest.mark.parametrize("flag", ["--max-connections-per-address", "--max-connections"])
def test_connections_are_bounded(flag):
    """From one address and in all: further ones are closed, and a place that becomes free is given away."""
    running = server.Server(extra_flags=[flag, "5"])
    held = [raw.Socket(running.endpoint) for _ in range(5)]
    for connection in held:
        connection.send(connection.head("ListTables", b"{}") + b"{}")
        assert connection.receive().status == 200
    with pytest.raises(OSError):  # with TLS, the handshake fails already
        with raw.Socket(running.endpoint) as sixth:
            sixth.send(sixth.head("ListTables", b"{}") + b"{}")
            if sixth.receive() is None:
                raise ConnectionResetError
    held.pop().__exit__()

    def served():
        try:
            with raw.Socket(running.endpoint) as again:
                again.send(again.head("ListTables", b"{}") + b"{}")
                return again.receive() is not None
        except OSError:
            return False
    server.wait_until(served, 5, "a free place")
    for connection in held:
        connection.__exit__()
    assert running.stop() == 0


@owns_server
def test_memory_for_bodies_is_bounded(tmp_path):
    """One body of 16 MB fits the least budget, the next is shed, small calls go on."""
    running = server.Server(tmp_path / "data", ["--memory-budget", "64MB"])
    large = b" " * (16 * MB - 10)
    held = raw.Socket(running.endpoint)
    held.send(held.head("ListTables", large) + large[:-1])
    client = raw.Client(running.endpoint)
    metric = "stator_request_memory_bytes "

    def taken():
        text = client.request("GET", "/metrics").body.decode()
        return int(float(text.split("\n" + metric)[1].split("\n")[0]))
    server.wait_until(lambda: taken() > 30 * MB, 10, "the body")
    with raw.Socket(running.endpoint) as late:
        try:
            late.send(late.head("ListTables", large) + large)
        except OSError:
            pass
        answer = late.receive()
        assert answer.status == 400 and answer.error == "ThrottlingException"
        assert answer.json()["__type"] == "com.amazon.coral.availability#ThrottlingException"
        assert answer.headers["connection"] == "close"
    assert client.call("ListTables").status == 200
    held.send(b" ")
    assert held.receive().status == 400  # blanks are no JSON
    held.__exit__()
    server.wait_until(lambda: taken() == 0, 10, "the memory")
    assert running.stop() == 0


@owns_server
def test_answers_that_nobody_reads(tmp_path):
    """Clients that ask and do not read lose their connections when memory is short; others notice nothing."""
    running = server.Server(tmp_path / "data", ["--memory-budget", "64MB"])
    client = raw.Client(running.endpoint)
    client.call("CreateTable", TableName="greedy", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    for i in range(40):
        client.call("PutItem", TableName="greedy", Item={"pk": {"S": str(i)}, "f": {"S": "x" * 380_000}})
    body = json.dumps({"RequestItems": {"greedy": {"Keys": [{"pk": {"S": str(i)}} for i in range(40)]}}}).encode()
    greedy = []
    for _ in range(30):
        connection = raw.Socket(running.endpoint)
        connection.send(connection.head("BatchGetItem", body) + body)
        greedy.append(connection)
        assert client.call("GetItem", TableName="greedy", Key={"pk": {"S": "nobody"}}).json() == {}

    def taken():
        text = client.request("GET", "/metrics").body.decode()
        return int(float(text.split("\nstator_request_memory_bytes ")[1].split("\n")[0]))
    server.wait_until(lambda: taken() < 49 * MB, 60, "less memory than the budget")
    assert client.call("GetItem", TableName="greedy", Key={"pk": {"S": "nobody"}}).json() == {}
    for connection in greedy:
        connection.__exit__()
    assert running.stop() == 0


def test_the_item_is_untouched(client):
    """After all of the above."""
    assert client.call("GetItem", **GET).json() == {"Item": ITEM}
