"""C1-C12: ConsumedCapacity and ItemCollectionMetrics."""

import pytest
from conftest import index

KB = 1024


def item(pk, total_bytes, **more):
    """An item of exactly so many bytes with everything in `more` counted by the caller."""
    return {"pk": {"S": pk}, "f": {"S": "x" * (total_bytes - len("pk") - len(pk) - len("f"))}, **more}


@pytest.fixture(scope="module")
def table(tables):
    return tables.create("capacity", "pk:S")


@pytest.fixture(scope="module")
def indexed(tables):
    return tables.create("capacity-index", "pk:S sk:S", "g:S l:S", GlobalSecondaryIndexes=[index("ByG", "g", "KEYS_ONLY")],
                         LocalSecondaryIndexes=[index("ByL", "pk l", "KEYS_ONLY")])


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


@pytest.mark.parametrize("size, expected", [(100, 1), (KB, 1), (KB + 1, 2), (10 * KB, 10)])
def test_a_put_costs_its_kilobytes(client, table, size, expected):
    """C1"""
    answer = client.put_item(TableName=table, Item=item(f"put-{size}", size), ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == {"TableName": table, "CapacityUnits": expected}  # C4: no split


def test_a_write_costs_the_larger_image(client, table, refused):
    """C1"""
    key = {"pk": {"S": "larger"}}
    client.put_item(TableName=table, Item=item("larger", 3 * KB))
    assert units(client.put_item(TableName=table, Item=item("larger", 100), ReturnConsumedCapacity="TOTAL")) == 3
    assert units(client.update_item(TableName=table, Key=key, UpdateExpression="SET f = :f", ReturnConsumedCapacity="TOTAL",
                                    ExpressionAttributeValues={":f": {"S": "x" * 2 * KB}})) == 3
    assert units(client.delete_item(TableName=table, Key=key, ReturnConsumedCapacity="TOTAL")) == 3
    assert units(client.delete_item(TableName=table, Key=key, ReturnConsumedCapacity="TOTAL")) == 1


@pytest.mark.parametrize("size, expected", [(100, 1), (4 * KB, 1), (4 * KB + 1, 2), (9 * KB, 3)])
def test_a_get_costs_its_4_kilobytes(client, table, size, expected):
    """C5"""
    key = {"pk": {"S": f"get-{size}"}}
    client.put_item(TableName=table, Item=item(f"get-{size}", size))
    for consistent, share in ((True, 1), (False, 0.5)):
        answer = client.get_item(TableName=table, Key=key, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL",
                                 ProjectionExpression="pk")
        assert units(answer) == expected * share


def test_missing_items_cost_too(client, table):
    """C5"""
    key = {"pk": {"S": "nobody"}}
    assert units(client.get_item(TableName=table, Key=key, ReturnConsumedCapacity="TOTAL")) == 0.5
    assert units(client.get_item(TableName=table, Key=key, ReturnConsumedCapacity="TOTAL", ConsistentRead=True)) == 1


def test_indexes_of_a_table_without(client, table):
    """C7"""
    answer = client.get_item(TableName=table, Key={"pk": {"S": "nobody"}}, ReturnConsumedCapacity="INDEXES")
    assert answer["ConsumedCapacity"] == {"TableName": table, "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}
    assert "ConsumedCapacity" not in client.get_item(TableName=table, Key={"pk": {"S": "x"}}, ReturnConsumedCapacity="NONE")


def test_a_query_costs_the_sum_of_its_items(client, tables):
    """C5: rounded once per page, before filter and projection."""
    name = tables.create("capacity-query", "pk:S sk:N")
    for i in range(4):
        client.put_item(TableName=name, Item={"pk": {"S": "p"}, "sk": {"N": str(i)}, "f": {"S": "x" * (2 * KB - 9)}})
    request = {"TableName": name, "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p"}},
               "ReturnConsumedCapacity": "TOTAL"}
    assert units(client.query(**request, ConsistentRead=True)) == 2
    assert units(client.query(**request)) == 1
    assert units(client.query(**request, Limit=1)) == 0.5
    assert units(client.query(**request, Select="COUNT")) == 1  # Q5
    assert units(client.query(**{**request, "FilterExpression": "attribute_exists(nothing)"})) == 1


def test_indexes_are_charged_for_what_changes(client, indexed):
    """C2"""
    key = {"pk": {"S": "p"}, "sk": {"S": "s"}}

    def put(**attributes):
        answer = client.put_item(TableName=indexed, Item={**key, **attributes}, ReturnConsumedCapacity="INDEXES")
        consumed = answer["ConsumedCapacity"]
        arms = (consumed["Table"]["CapacityUnits"],
                consumed.get("GlobalSecondaryIndexes", {}).get("ByG", {}).get("CapacityUnits"),
                consumed.get("LocalSecondaryIndexes", {}).get("ByL", {}).get("CapacityUnits"))
        assert consumed["CapacityUnits"] == sum(arm or 0 for arm in arms)
        return arms

    assert put() == (1, None, None)
    assert put(g={"S": "a"}, l={"S": "a"}) == (1, 1, 1)
    assert put(g={"S": "a"}, l={"S": "a"}) == (1, None, None)  # the same again
    assert put(g={"S": "a"}, l={"S": "a"}, other={"S": "x"}) == (1, None, None)  # not projected
    assert put(g={"S": "b"}, l={"S": "a"}) == (1, 2, None)  # moved: one out, one in
    assert put(l={"S": "b"}) == (1, 1, 2)  # out of one, moved in the other
    answer = client.delete_item(TableName=indexed, Key=key, ReturnConsumedCapacity="INDEXES")
    assert answer["ConsumedCapacity"]["LocalSecondaryIndexes"] == {"ByL": {"CapacityUnits": 1}}
    assert "GlobalSecondaryIndexes" not in answer["ConsumedCapacity"]


def test_batches_sum_per_table(client, table):
    """C5"""
    answer = client.batch_write_item(ReturnConsumedCapacity="TOTAL", RequestItems={table: [
        {"PutRequest": {"Item": item("b1", 100)}}, {"PutRequest": {"Item": item("b2", KB + 1)}}]})
    assert answer["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 3}]
    keys = [{"pk": {"S": "b1"}}, {"pk": {"S": "b2"}}, {"pk": {"S": "nobody"}}]
    answer = client.batch_get_item(ReturnConsumedCapacity="TOTAL", RequestItems={table: {"Keys": keys}})
    assert answer["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 1.5}]


def test_transactions_cost_twice(client, table):
    """C3, C4: and they show reads and writes apart."""
    answer = client.transact_write_items(ReturnConsumedCapacity="TOTAL", TransactItems=[
        {"Put": {"TableName": table, "Item": item("t1", 100)}},
        {"Put": {"TableName": table, "Item": item("t2", KB + 1)}}])
    assert answer["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 6, "WriteCapacityUnits": 6}]
    answer = client.transact_get_items(ReturnConsumedCapacity="TOTAL", TransactItems=[
        {"Get": {"TableName": table, "Key": {"pk": {"S": key}}}} for key in ("t1", "t2")])
    assert answer["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": 4, "ReadCapacityUnits": 4}]


def test_item_collections(client, table, indexed):
    """C11: only tables with a local index have them."""
    answer = client.put_item(TableName=indexed, Item={"pk": {"S": "c"}, "sk": {"S": "c"}}, ReturnItemCollectionMetrics="SIZE")
    metrics = answer["ItemCollectionMetrics"]
    assert metrics["ItemCollectionKey"] == {"pk": {"S": "c"}}
    low, high = metrics["SizeEstimateRangeGB"]
    assert 0 <= low < high <= 2
    answer = client.put_item(TableName=table, Item={"pk": {"S": "c"}}, ReturnItemCollectionMetrics="SIZE")
    assert "ItemCollectionMetrics" not in answer
