"""W8, W9, W13-W15, W18-W22: HTTP itself."""

import gzip
import json
import os
import threading
import time
import urllib.parse
import zlib

import pytest
import raw
from conftest import GET, ITEM, TABLE

BODY = json.dumps(GET).encode()
MB = 1024 * 1024


def send_all(connection, data):
    """Sends; a server that answers early may close before it has read everything."""
    try:
        connection.send(data)
    except OSError:  # over TLS it has more names than a broken pipe
        pass


def chunked(data, size, extension=""):
    parts = [data[start:start + size] for start in range(0, len(data), size)]
    return b"".join(f"{len(part):x}{extension}\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


def test_health(client, endpoint):
    """W20: without credentials, and only at exactly `/`."""
    answer = client.request("GET", "/")
    assert answer.status == 200
    assert answer.body.decode().startswith("healthy: ")
    assert client.request("GET", "/nothing").status == 404


def test_other_methods(client):
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert 400 <= client.request(method, "/").status < 500


def test_missing_credentials(client):
    """W18"""
    answer = client.post("GetItem", GET, signed=False)
    assert (answer.status, answer.error) == (400, "MissingAuthenticationTokenException")
    assert answer.json()["__type"] == "com.amazon.coral.service#MissingAuthenticationTokenException"


@pytest.mark.parametrize("credential", ["test", "AKIAIOSFODNN7EXAMPLE", "a-b_c.d", "x" * 100])
def test_any_credentials_in_development(client, endpoint, credential):
    """W19"""
    if "amazonaws.com" in endpoint or os.environ.get("STATOR_WIRE_AUTH"):
        pytest.skip("the server knows its keys")
    header = f"AWS4-HMAC-SHA256 Credential={credential}/20260101/mars-north-1/dynamodb/aws4_request,SignedHeaders=host,Signature=00"
    assert client.post("GetItem", GET, {"Authorization": header, "X-Amz-Date": "20260101T000000Z"}, signed=False).json() == {"Item": ITEM}


def test_cross_origin(client):
    """W21: only for those who ask."""
    plain = client.call("GetItem", **GET).headers
    assert not [name for name in plain if name.startswith("access-control")]
    asked = client.post("GetItem", GET, {"Origin": "http://localhost:3000"}).headers
    assert asked["access-control-allow-origin"] == "*"
    assert "x-amzn-requestid" in asked["access-control-expose-headers"].lower()
    assert "access-control-max-age" not in asked
    preflight = client.request("OPTIONS", "/", {
        "Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-amz-date,x-amz-target"})
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "x-amz-target" in preflight.headers["access-control-allow-headers"].lower()
    assert int(preflight.headers["access-control-max-age"]) > 0


def test_keep_alive_and_close(connect):
    """W22"""
    connection = connect()
    for _ in range(3):
        connection.send(connection.head("GetItem", BODY) + BODY)
        assert connection.receive().json() == {"Item": ITEM}
    connection.send(connection.head("GetItem", BODY, {"Connection": "close"}) + BODY)
    assert connection.receive().status == 200
    assert connection.closed()


def test_pipelining(connect):
    """W22: twenty requests in one packet, the answers in order, errors between them."""
    connection = connect()
    requests = b""
    for i in range(20):
        body = json.dumps({"TableName": TABLE, "Key": {"pk": {"S": "a"}}} if i % 2 else {"TableName": f"missing-{i}", "Key": {"pk": {"S": "a"}}}).encode()
        requests += connection.head("GetItem", body) + body
    connection.send(requests)
    assert [connection.receive().status for _ in range(20)] == [400, 200] * 10


def test_a_request_in_small_pieces(connect):
    connection = connect()
    data = connection.head("GetItem", BODY) + BODY
    for start in range(0, len(data), 37):
        connection.send(data[start:start + 37])
        time.sleep(0.002)
    assert connection.receive().json() == {"Item": ITEM}


def test_a_client_that_only_half_closes(connect, endpoint):
    if endpoint.startswith("https"):
        pytest.skip("TLS ends both ways at once")
    connection = connect()
    connection.send(connection.head("GetItem", BODY) + BODY)
    connection.socket.shutdown(1)
    assert connection.receive().json() == {"Item": ITEM}


def test_expect_continue(connect):
    connection = connect()
    connection.send(connection.head("GetItem", BODY, {"Expect": "100-continue"}))
    assert connection.receive().status == 100
    connection.send(BODY)
    assert connection.receive().json() == {"Item": ITEM}


@pytest.mark.parametrize("size, extension", [(1, ""), (7, ""), (10000, ""), (5, ";name=value")])
def test_chunked_bodies(connect, size, extension):
    connection = connect()
    for _ in range(2):  # the second shows that the first was read to its end
        connection.send(connection.head("GetItem", BODY, {"Transfer-Encoding": "chunked"}, length=False) + chunked(BODY, size, extension))
        assert connection.receive().json() == {"Item": ITEM}


def test_header_names_have_no_case(connect):
    connection = connect()
    data = connection.head("GetItem", BODY)
    for name in (b"X-Amz-Target", b"Content-Type", b"Content-Length", b"Authorization", b"Host"):
        data = data.replace(name + b":", name.upper() + b":")
    connection.send(data + BODY)
    assert connection.receive().json() == {"Item": ITEM}


# RFC 9112: each of these makes two parsers disagree on where a request ends. None may be answered as
# if it were one request.
@pytest.mark.parametrize("headers", [
    "Content-Length: {length}\r\nTransfer-Encoding: chunked", "Content-Length: {length}\r\nContent-Length: 1", "Content-Length: {length}, 1",
    "Content-Length: +{length}", "Content-Length: -1", "Content-Length: 0x10", "Content-Length: {length} 1", "Content-Length: 99999999999999999999999",
    "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Transfer-Encoding: gzip", "Content-Length : {length}", "Content-Length: {length}\r\n folded: yes", "Content-Length: {length}\r\nBad\x00Name: x",
    "Content-Length: {length}\nX-Bad: a", "X-Bad: a\n\nContent-Length: {length}", "Content-Length: {length}\r\nX-Bad: a\rb", "Content-Length: {length}\r\nNo colon here", "Content-Length: {length}\r\nHost: other",
], ids=repr)
def test_ambiguous_requests(connect, headers):
    connection = connect()
    head = connection.head("GetItem", BODY, length=False)[:-2]
    smuggled = connection.head("GetItem", BODY) + BODY
    send_all(connection, head + headers.format(length=len(BODY)).encode("latin-1") + b"\r\n\r\n" + BODY + smuggled)
    answer = connection.receive()
    assert answer is None or answer.status in (400, 413, 501), answer.body
    assert connection.closed()  # nothing after it may be taken for a request


@pytest.mark.parametrize("body", [b"zz\r\n", b"-1\r\n", b"fffffffffffffffff\r\n", b"5\r\nhello!\r\n0\r\n\r\n", b"5\nhello\n0\n\n", b"\r\n", b"5;" + b"x" * 100000 + b"\r\n"], ids=lambda body: repr(body[:24]))
def test_broken_chunks(connect, body):
    connection = connect()
    send_all(connection, connection.head("GetItem", BODY, {"Transfer-Encoding": "chunked"}, length=False) + body)
    answer = connection.receive()
    assert answer is None or answer.status in (400, 413), answer.body
    assert connection.closed()


@pytest.mark.parametrize("line", [b"POST", b"POST /", b"POST / HTTP/9.9", b"POST / HTTP/1.1 x", b"\x16\x03\x01\x02\x00", b"PRI * HTTP/2.0", b"p\x00st / HTTP/1.1"], ids=repr)
def test_broken_request_lines(connect, line):
    """W23: among them the first bytes of TLS on a port that speaks HTTP."""
    connection = connect()
    send_all(connection, line + b"\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    answer = connection.receive()
    assert answer is None or 400 <= answer.status <= 505
    assert connection.closed()


def test_header_limits(connect):
    """W9"""
    connection = connect()
    connection.send(connection.head("GetItem", BODY, {"X-Padding": "x" * 8000}) + BODY)
    assert connection.receive().status == 200
    for padding in ({"X-Padding": "x" * 17000}, {f"X-Padding-{i}": "x" * 900 for i in range(20)}):
        connection = connect()
        send_all(connection, connection.head("GetItem", BODY, padding) + BODY)
        assert connection.receive().status in (400, 431)
    connection = connect()
    send_all(connection, b"POST /" + b"x" * 17000 + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    assert connection.receive().status in (400, 414)


def oversized_by_length(connection):
    body = b" " * (16 * MB + 1)
    return connection.head("GetItem", body) + body


def oversized_by_chunks(connection):
    body = b" " * (17 * MB)
    return connection.head("GetItem", body, {"Transfer-Encoding": "chunked"}, length=False) + chunked(body, MB)


@pytest.mark.parametrize("make", [oversized_by_length, oversized_by_chunks])
def test_a_body_has_16_mb(connect, make):
    """W8: the client must see the answer, though it is still sending."""
    connection = connect()
    sender = threading.Thread(target=send_all, args=(connection, make(connection)))
    sender.start()
    answer = connection.receive()
    assert answer is not None and answer.status == 413
    try:
        connection.socket.shutdown(2)
    except OSError:
        pass  # the sender found out first
    sender.join()


def test_a_body_of_almost_16_mb(client):
    """The limit is the body's; what is in it is judged by itself."""
    answer = client.post("GetItem", BODY + b" " * (16 * MB - len(BODY)))
    assert answer.json() == {"Item": ITEM}


@pytest.mark.parametrize("encoding, data", [
    ("gzip", gzip.compress(BODY)), ("deflate", zlib.compress(BODY)), ("gzip", gzip.compress(BODY[:20]) + gzip.compress(BODY[20:])),
    ("GZIP", gzip.compress(BODY)), ("identity", BODY),
], ids=["gzip", "deflate", "two members", "upper case", "identity"])
def test_compressed_requests(client, encoding, data):
    """W13"""
    assert client.post("GetItem", data, {"Content-Encoding": encoding}).json() == {"Item": ITEM}


@pytest.mark.parametrize("encoding, data", [
    ("gzip", b""), ("gzip", b"not gzip at all"), ("gzip", gzip.compress(BODY)[:-9]), ("gzip", gzip.compress(BODY)[:10]),
    ("gzip", gzip.compress(BODY)[:20] + b"\xff\xff" + gzip.compress(BODY)[22:]), ("br", BODY), ("nonsense", BODY), ("deflate", b"\x00\x01"),
], ids=["empty", "garbage", "cut", "header only", "damaged", "br", "nonsense", "bad deflate"])
def test_broken_compression(client, encoding, data):
    """W13: the service answers 500 here, which is odd; 400 is as good."""
    assert client.post("GetItem", data, {"Content-Encoding": encoding}).status in (400, 415, 500)


def test_a_decompression_bomb(client):
    """W14: 16 MB count after decompression, and the rest is never inflated."""
    bomb = gzip.compress(b" " * (200 * MB))
    started = time.monotonic()
    assert client.post("GetItem", bomb, {"Content-Encoding": "gzip"}).status == 413
    assert time.monotonic() - started < 5
    assert client.post("GetItem", gzip.compress(BODY + b" " * (15 * MB)), {"Content-Encoding": "gzip"}).json() == {"Item": ITEM}


@pytest.mark.parametrize("accept, compressed", [
    ("gzip", True), ("gzip, deflate", True), ("br;q=1.0, gzip;q=0.5", True), ("*", None), ("gzip;q=0", False), ("identity", False), ("br", False), ("gzip;q=0.000, identity", False),
])
def test_compressed_answers(client, accept, compressed):
    """W15, W16: the checksum is that of the bytes on the wire."""
    item = {"pk": {"S": "compressible"}, "f": {"S": "x" * 20000}}
    client.call("PutItem", TableName=TABLE, Item=item)
    answer = client.post("GetItem", {"TableName": TABLE, "Key": {"pk": item["pk"]}}, {"Accept-Encoding": accept})
    assert int(answer.headers["x-amz-crc32"]) == zlib.crc32(answer.body)
    encoding = answer.headers.get("content-encoding", "identity")
    if compressed is not None:
        assert (encoding == "gzip") == compressed
    text = gzip.decompress(answer.body) if encoding == "gzip" else zlib.decompress(answer.body) if encoding == "deflate" else answer.body
    assert json.loads(text) == {"Item": item}
    small = client.post("GetItem", GET, {"Accept-Encoding": accept})
    assert "content-encoding" not in small.headers


def test_many_connections(connect):
    connections = [connect() for _ in range(200)]
    for connection in connections:
        connection.send(connection.head("GetItem", BODY) + BODY)
    assert all(connection.receive().status == 200 for connection in connections)


def test_clients_that_leave_in_the_middle(endpoint):
    data = raw.Socket(endpoint).head("GetItem", BODY) + BODY
    for cut in range(0, len(data), 23):
        with raw.Socket(endpoint) as connection:
            connection.send(data[:cut])
    with raw.Socket(endpoint) as connection:  # asks, and does not wait for the answer
        connection.send(connection.head("Scan", b'{"TableName":"%s"}' % TABLE.encode()) + b'{"TableName":"%s"}' % TABLE.encode())


def test_the_address_of_endpoint_discovery_answers(client, endpoint):
    """W26"""
    found = client.call("DescribeEndpoints").json()["Endpoints"][0]
    assert found["CachePeriodInMinutes"] > 0
    scheme = urllib.parse.urlsplit(endpoint).scheme
    other = raw.Client(f"{scheme}://{found['Address']}")
    assert other.call("ListTables").status == 200
    other.close()


def test_a_client_that_never_finishes_its_headers(connect, endpoint):
    """Slow requests must not hold connections: headers have ten seconds."""
    if "amazonaws.com" in endpoint:
        pytest.skip("the service has limits of its own")
    connection = connect()
    connection.socket.settimeout(15)
    connection.send(b"POST / HTTP/1.1\r\nHost: x\r\n")
    answer = connection.receive()
    assert answer is None or answer.status == 408
    assert connection.closed()
