"""L1-L9: sizes."""

import re

import pytest
from conftest import index

ITEM_BYTES_MAX = 409600


@pytest.fixture(scope="module")
def table(tables):
    return tables.create("limits", "pk:S")


def filled(key, total_bytes):
    """An item of exactly so many bytes: names and values count (pk + value + f + filler)."""
    used = len("pk") + len(key) + len("f")
    return {"pk": {"S": key}, "f": {"S": "x" * (total_bytes - used)}}


def test_an_item_has_400_kb(client, table, invalid):
    """L1"""
    client.put_item(TableName=table, Item=filled("max", ITEM_BYTES_MAX))
    with invalid("Item size has exceeded the maximum allowed size"):
        client.put_item(TableName=table, Item=filled("max", ITEM_BYTES_MAX + 1))
    with invalid("Item size to update has exceeded the maximum allowed size"):
        client.update_item(TableName=table, Key={"pk": {"S": "max"}}, UpdateExpression="SET g = :g",
                           ExpressionAttributeValues={":g": {"S": "x" * 100}})
    assert "g" not in client.get_item(TableName=table, Key={"pk": {"S": "max"}}, ConsistentRead=True)["Item"]


def test_oversize_in_transactions(client, table, refused, invalid):
    """L2"""
    with invalid("Item size has exceeded the maximum allowed size"):
        client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": filled("t", ITEM_BYTES_MAX + 1)}}])
    client.put_item(TableName=table, Item=filled("t2", ITEM_BYTES_MAX))
    with refused("TransactionCanceledException") as refusal:
        client.transact_write_items(TransactItems=[{"Update": {
            "TableName": table, "Key": {"pk": {"S": "t2"}}, "UpdateExpression": "SET g = :g",
            "ExpressionAttributeValues": {":g": {"S": "x" * 100}}}}])
    reason = refusal.response["CancellationReasons"][0]
    assert (reason["Code"], reason["Message"]) == ("ValidationError", "Item size to update has exceeded the maximum allowed size")


def test_transactions_have_4_mb_of_payload(client, table, invalid):
    """L3: the payload counts, not what it touches."""
    items = [filled(f"big-{i}", 300000) for i in range(14)]
    for item in items:
        client.put_item(TableName=table, Item=item)
    with invalid(re.compile("4 ?MB|size")):
        client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item}} for item in items])
    client.transact_write_items(TransactItems=[{"Delete": {"TableName": table, "Key": {"pk": item["pk"]}}} for item in items])


def test_keys_have_2048_and_1024_bytes(client, tables, invalid):
    """L4: on reads, too, and by bytes, not by letters."""
    name = tables.create("long-keys", "pk:S sk:S")
    # The blank is missing in the service's own text.
    hash_text = re.compile("^One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of ?2048 bytes$")
    range_text = "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
    client.put_item(TableName=name, Item={"pk": {"S": "x" * 2048}, "sk": {"S": "é" * 512}})
    for pk, sk, message in (("x" * 2049, "x", hash_text), ("é" * 1025, "x", hash_text), ("x", "x" * 1025, range_text), ("x", "é" * 513, range_text)):
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        with invalid(message):
            client.put_item(TableName=name, Item=key)
        with invalid(message):
            client.get_item(TableName=name, Key=key)


def test_key_names_have_255_letters(client, tables, invalid):
    """L5"""
    long = "k" * 255
    name = tables.create("long-names", f"{long}:S")
    client.put_item(TableName=name, Item={long: {"S": "x"}, "a" * 60000: {"S": "y"}})
    assert len(client.get_item(TableName=name, Key={long: {"S": "x"}}, ConsistentRead=True)["Item"]) == 2
    with invalid():
        tables.create("long-names", "k" * 256 + ":S")


def test_index_keys_are_top_level_scalars(client, tables, invalid):
    """L5, L7"""
    name = tables.create("index-limits", "pk:S", "g:S r:S", GlobalSecondaryIndexes=[index("ByG", "g r")])
    key = {"pk": {"S": "p"}}
    with invalid(re.compile("Type mismatch for Index Key")):
        client.put_item(TableName=name, Item={**key, "g": {"M": {}}, "r": {"S": "x"}})
    with invalid(re.compile("range keys has exceeded the size limit of 1024 bytes|1024")):
        client.put_item(TableName=name, Item={**key, "g": {"S": "x"}, "r": {"S": "x" * 1025}})
    assert "Item" not in client.get_item(TableName=name, Key=key, ConsistentRead=True)
    with invalid():
        client.update_item(TableName=name, Key=key, UpdateExpression="SET g.x = :v", ExpressionAttributeValues={":v": {"S": "x"}})


def test_batch_get_stops_at_16_mb(client, tables):
    """L9: what does not fit comes back as UnprocessedKeys."""
    name = tables.create("sixteen", "pk:S")
    keys = []
    for i in range(42):
        item = filled(f"k{i:02}", 400000)
        client.put_item(TableName=name, Item=item)
        keys.append({"pk": item["pk"]})
    answer = client.batch_get_item(RequestItems={name: {"Keys": keys}})
    got = [item["pk"]["S"] for item in answer["Responses"][name]]
    left = [key["pk"]["S"] for key in answer["UnprocessedKeys"][name]["Keys"]]
    assert 40 <= len(got) <= 42 and left
    assert sorted(got + left) == [key["pk"]["S"] for key in keys]
