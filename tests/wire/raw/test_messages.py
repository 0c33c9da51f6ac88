"""W1-W7, W10-W12, W16, W24: what requests and answers look like as bytes."""

import json
import re
import zlib

import pytest
from conftest import GET, ITEM, TABLE

SERIALIZATION = "com.amazon.coral.service#SerializationException"


def key(text):
    return {"pk": {"S": text}}


def test_content_type_crc_and_request_id(client):
    """W1, W16: on success and on failure alike."""
    seen = set()
    for answer in (client.call("GetItem", **GET), client.call("ListTables"), client.call("GetItem", TableName="no-such-table", Key=key("a")),
                   client.post("Nonsense", b"{}"), client.post("GetItem", b"{")):
        assert answer.headers["content-type"] == "application/x-amz-json-1.0"
        assert int(answer.headers["x-amz-crc32"]) == zlib.crc32(answer.body)
        assert int(answer.headers["content-length"]) == len(answer.body)
        seen.add(answer.headers["x-amzn-requestid"])
    assert len(seen) == 5 and all(re.fullmatch(r"[A-Za-z0-9-]{20,64}", request) for request in seen)


def test_a_long_answer_has_a_right_crc(client):
    for i in range(30):
        client.call("PutItem", TableName=TABLE, Item={**key(f"long-{i}"), "f": {"S": "é" * 15000}})
    answer = client.call("Scan", TableName=TABLE)
    assert len(answer.body) > 500000
    assert int(answer.headers["x-amz-crc32"]) == zlib.crc32(answer.body)
    for i in range(30):
        client.call("DeleteItem", TableName=TABLE, Key=key(f"long-{i}"))


@pytest.mark.parametrize("target, body, kind", [
    ("GetItem", {"TableName": "no-such-table", "Key": key("a")}, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"),
    ("GetItem", {"TableName": TABLE, "Key": {"pk": {"N": "1"}}}, "com.amazon.coral.validate#ValidationException"),
    ("PutItem", {"TableName": TABLE, "Item": ITEM, "ConditionExpression": "attribute_not_exists(pk)"},
     "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"),
    ("PutItem", b"{", SERIALIZATION),
    ("Nonsense", {}, "com.amazon.coral.service#UnknownOperationException"),
])
def test_errors_name_their_family(client, target, body, kind):
    """W2, W5"""
    answer = client.post(target, body)
    assert answer.status == 400
    assert answer.json()["__type"] == kind


def test_message_or_Message(client):
    """W3"""
    assert set(client.call("GetItem", TableName="no-such-table", Key=key("a")).json()) == {"__type", "message"}
    answer = client.call("TransactWriteItems", TransactItems=[
        {"Put": {"TableName": TABLE, "Item": ITEM, "ConditionExpression": "attribute_not_exists(pk)"}}])
    assert answer.json() == {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]",
        "CancellationReasons": [{"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}]}


def test_answers_without_data(client):
    """W6: an empty object, but nothing at all from operations that have no output."""
    assert client.call("PutItem", TableName=TABLE, Item=key("empty")).body == b"{}"
    assert client.call("GetItem", TableName=TABLE, Key=key("nobody")).body == b"{}"
    assert client.call("DeleteItem", TableName=TABLE, Key=key("empty")).body == b"{}"
    arn = client.call("DescribeTable", TableName=TABLE).json()["Table"]["TableArn"]
    for operation, more in (("TagResource", {"Tags": [{"Key": "k", "Value": "v"}]}), ("UntagResource", {"TagKeys": ["k"]})):
        answer = client.call(operation, ResourceArn=arn, **more)
        assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("target", [None, "", "GetItem2", "DynamoDB_20120810.", "DynamoDB_20111205.GetItem", "DynamoDB_20120810.getItem",
                                    "DynamoDB_20120810.GetItem ", "x.y.z", "\u00e9", "DynamoDB_20120810.SearchVectors"])
def test_unknown_operations(client, target):
    """W7"""
    answer = client.post(target and target.encode().decode("latin-1"), GET) if target != "" else client.post(None, GET, {"X-Amz-Target": ""})
    if target and target.strip() == "DynamoDB_20120810.GetItem":
        assert answer.status == 200  # blanks around a header's value are not part of it
    else:
        assert (answer.status, answer.error) == (400, "UnknownOperationException")


def test_truncated_json_at_every_byte(client):
    """W10"""
    body = json.dumps({"TableName": TABLE, "Item": {"pk": {"S": "a\\u00e9é"}, "l": {"L": [{"N": "1.5"}, {"BOOL": True}, {"NULL": True}]}}},
                      ensure_ascii=False).encode()
    for end in range(1, len(body)):
        answer = client.post("PutItem", body[:end])
        assert (answer.status, answer.json()["__type"]) == (400, SERIALIZATION), (body[:end], answer.body)


@pytest.mark.parametrize("body", [
    b"null", b"[]", b"1", b'"x"', b"true", b"{]", b"{,}", b'{"a":1,}', b"{'a':1}", b"nul", b"\x00", b"\xef\xbb\xbf{",
    b'{"TableName":"\xff\xfe"}', b'{"TableName":"\xc0\xaf"}', b'{"TableName":"a\nb"}', b'{"TableName":"\\x"}', b'{"TableName":01}',
    b"[" * 200000, b"{" * 10000, b'{"a":' * 50000,
    b'{"TableName":3}', b'{"TableName":["x"]}', b'{"Key":[]}', b'{"Key":{"pk":"a"}}', b'{"ConsistentRead":"yes"}', b'{"Limit":"1"}',
], ids=lambda body: repr(body[:20]))
def test_garbage(client, body):
    """W10: it is an error of the sender, and never one of ours."""
    operation = "Scan" if b"Limit" in body else "GetItem"
    answer = client.post(operation, body)
    assert (answer.status, answer.json()["__type"]) == (400, SERIALIZATION), answer.body


def test_an_empty_body(client):
    answer = client.post("GetItem", b"")
    assert answer.status == 400 and answer.error in ("SerializationException", "ValidationException")


@pytest.mark.parametrize("body", [b'{"TableName":"%s","Item":{"pk":{"S":"b"}}} {}', b'{"TableName":"%s","Item":{"pk":{"S":"b"}}}x',
                                  b'{"TableName":"%s","Item":{"pk":{"S":"\\ud800"}}}', b'{"TableName":"%s","Item":{"pk":{"S":"a"},"pk":{"S":"b"}}}',
                                  b'{"TableName":"%s","Item":{"pk":{"S":"k\\u0000"}}}'], ids=repr)
def test_odd_json_does_no_harm(client, body):
    assert client.post("PutItem", body % TABLE.encode()).status in (200, 400)
    for text in ("b", "k\u0000"):
        client.call("DeleteItem", TableName=TABLE, Key=key(text))


@pytest.mark.parametrize("value", [
    {"N": 3}, {"S": 7}, {"S": None, "N": 1}, {"B": 3}, {"SS": "a"}, {"SS": [1]}, {"NS": [1]}, {"L": {}}, {"M": []}, "text", 5, [],
    {"B": "YQ"}, {"B": "YQ="}, {"B": "Y!=="}, {"B": "\u00ff"}, {"BS": ["YQ"]},
], ids=str)
def test_values_of_the_wrong_json_type(client, value):
    """W11, W12: also deep inside, and in expression values."""
    for body in ({"TableName": TABLE, "Item": {**key("x"), "v": value}}, {"TableName": TABLE, "Item": {**key("x"), "v": {"L": [{"M": {"m": value}}]}}},
                 {"TableName": TABLE, "Item": key("x"), "ConditionExpression": "a = :v", "ExpressionAttributeValues": {":v": value}}):
        answer = client.post("PutItem", body)
        assert (answer.status, answer.json()["__type"]) == (400, SERIALIZATION), (body, answer.body)


def test_unknown_and_several_types(client):
    """W11"""
    empty = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    for value in ({"dog": "cat"}, {}, {"M": {"x": {"dog": "cat"}}}):
        answer = client.call("PutItem", TableName=TABLE, Item={**key("x"), "v": value})
        assert (answer.error, answer.message) == ("ValidationException", empty)


def test_unknown_members_are_ignored(client):
    assert client.call("GetItem", **GET, Surprise={"deep": [1, None]}).json() == {"Item": ITEM}


def test_quotes_in_errors(client):
    """W24"""
    for text in ('"', '\\"', "\n\u0001", "\U0001F600", "</script>"):
        answer = client.call("PutItem", TableName=TABLE, Item=ITEM, ConditionExpression=f"a = {text}")
        assert answer.error == "ValidationException" and answer.message


def test_text_reads_back_byte_for_byte(client):
    value = {"S": "".join(map(chr, range(0, 0xd800, 7))) + "\U0010ffff", }
    client.call("PutItem", TableName=TABLE, Item={**key("text"), "v": value, 'na"me\n': {"BOOL": True}})
    item = client.call("GetItem", TableName=TABLE, Key=key("text"), ConsistentRead=True).json()["Item"]
    assert item == {**key("text"), "v": value, 'na"me\n': {"BOOL": True}}


@pytest.mark.parametrize("content_type", ["application/x-amz-json-1.0", "application/json", "application/x-amz-json-1.0; charset=utf-8"])
def test_content_types(client, content_type):
    assert client.post("GetItem", GET, {"Content-Type": content_type}).status in (200, 400, 404)
    if content_type == "application/x-amz-json-1.0":
        assert client.post("GetItem", GET, {"Content-Type": content_type}).status == 200
