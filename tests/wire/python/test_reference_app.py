"""The reference application: a shop in one table with generic keys, over boto3's resource."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr, Key
from conftest import index


@pytest.fixture(scope="module")
def shop(tables, resource):
    return resource.Table(tables.create(
        "shop", "PK:S SK:S", "GSI1PK:S GSI1SK:S featured:S price:N pendingSince:S",
        GlobalSecondaryIndexes=[
            index("GSI1", "GSI1PK GSI1SK"),
            index("Featured", "featured price", "INCLUDE", ["title"]),
            index("Pending", "SK pendingSince", "KEYS_ONLY"),
        ]))


def user(user_id, **more):
    return {"PK": f"USER#{user_id}", "SK": "PROFILE", "EntityType": "User", **more}


def order(name, order_id, **more):
    return {"PK": f"USER#{name}", "SK": f"ORDER#{order_id}", "GSI1PK": f"ORDER#{order_id}", "GSI1SK": "META",
            "EntityType": "Order", "orderId": order_id, **more}


def order_item(order_id, line, **more):
    return {"PK": f"ORDER#{order_id}", "SK": f"ITEM#{line}", "GSI1PK": f"ORDER#{order_id}",
            "GSI1SK": f"ITEM#{line}", "EntityType": "OrderItem", **more}


def product(name, **more):
    return {"PK": f"PRODUCT#{name}", "SK": "META", "EntityType": "Product", **more}


def test_a_user_is_created_once(shop, refused):
    profile = user("ann", name="Ann", height=Decimal("1.68"))
    shop.put_item(Item=profile, ConditionExpression=Attr("PK").not_exists())
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        shop.put_item(Item=profile, ConditionExpression=Attr("PK").not_exists())
    assert shop.get_item(Key={"PK": "USER#ann", "SK": "PROFILE"}, ConsistentRead=True)["Item"] == profile


def test_addresses_belong_to_their_user(shop):
    shop.put_item(Item=user("bob"))
    for kind in ("home", "work"):
        shop.put_item(Item={"PK": "USER#bob", "SK": f"ADDRESS#{kind}", "EntityType": "Address"})
    everything = shop.query(KeyConditionExpression=Key("PK").eq("USER#bob"))["Items"]
    assert [item["SK"] for item in everything] == ["ADDRESS#home", "ADDRESS#work", "PROFILE"]
    addresses = shop.query(KeyConditionExpression=Key("PK").eq("USER#bob") & Key("SK").begins_with("ADDRESS#"))
    assert addresses["Count"] == 2
    shop.delete_item(Key={"PK": "USER#bob", "SK": "ADDRESS#work"})
    assert "Item" not in shop.get_item(Key={"PK": "USER#bob", "SK": "ADDRESS#work"}, ConsistentRead=True)


def test_orders_come_newest_first_in_pages_and_one_by_its_id(shop):
    for day in range(1, 8):
        shop.put_item(Item=order("cat", f"2026-01-0{day}", total=day * 10))
    request = {"KeyConditionExpression": Key("PK").eq("USER#cat") & Key("SK").begins_with("ORDER#"),
               "ScanIndexForward": False, "Limit": 3}
    seen = []
    while True:
        page = shop.query(**request)
        assert page["Count"] <= 3
        seen += [item["orderId"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    assert seen == [f"2026-01-0{day}" for day in range(7, 0, -1)]
    by_id = shop.query(IndexName="GSI1", KeyConditionExpression=Key("GSI1PK").eq("ORDER#2026-01-04"))
    assert by_id["Items"] == [order("cat", "2026-01-04", total=40)]


def test_an_order_comes_with_its_items_in_one_query(shop):
    shop.put_item(Item=order("dan", "o-1"))
    for line in ("01", "02", "03"):
        shop.put_item(Item=order_item("o-1", line, quantity=2))
    found = shop.query(IndexName="GSI1", KeyConditionExpression=Key("GSI1PK").eq("ORDER#o-1"))["Items"]
    assert [item["EntityType"] for item in found] == ["OrderItem"] * 3 + ["Order"]


def test_a_dynamic_set_answers_all_new(shop):
    shop.put_item(Item=user("eve", name="Eve"))
    changes = {"name": "Eva", "status": "active", "tags": {"a", "b"}, "odd name": {"deep": [1, True, None, b"\x00\xff"]}}
    fields = list(changes)
    updated = shop.update_item(
        Key={"PK": "USER#eve", "SK": "PROFILE"},
        UpdateExpression="SET " + ", ".join(f"#f{i} = :v{i}" for i in range(len(fields))),
        ConditionExpression="attribute_exists(PK)",
        ExpressionAttributeNames={f"#f{i}": field for i, field in enumerate(fields)},
        ExpressionAttributeValues={f":v{i}": changes[field] for i, field in enumerate(fields)},
        ReturnValues="ALL_NEW")["Attributes"]
    assert updated == user("eve", **changes)


def test_counters_are_atomic(shop):
    def add(_):
        return shop.update_item(
            Key={"PK": "USER#fay", "SK": "PROFILE"},
            UpdateExpression="SET visits = if_not_exists(visits, :zero) + :one ADD points :five",
            ExpressionAttributeValues={":zero": 0, ":one": 1, ":five": 5},
            ReturnValues="UPDATED_NEW")["Attributes"]["visits"]

    with ThreadPoolExecutor(8) as pool:
        visits = sorted(pool.map(add, range(30)))
    assert visits == list(range(1, 31))
    assert shop.get_item(Key={"PK": "USER#fay", "SK": "PROFILE"}, ConsistentRead=True)["Item"]["points"] == 150


def test_batches_of_25_and_of_100(shop, resource):
    products = [product(f"batch-{i:03}", price=i) for i in range(100)]
    with shop.batch_writer() as batch:  # sends 25 at a time
        for item in products:
            batch.put_item(Item=item)
    keys = [{"PK": item["PK"], "SK": item["SK"]} for item in products]
    answer = resource.batch_get_item(RequestItems={shop.name: {"Keys": keys, "ConsistentRead": True}})
    assert answer["UnprocessedKeys"] == {}
    assert sorted(answer["Responses"][shop.name], key=lambda item: item["price"]) == products
    with shop.batch_writer() as batch:
        for key in keys[:25]:
            batch.delete_item(Key=key)
    assert len(resource.batch_get_item(RequestItems={shop.name: {"Keys": keys}})["Responses"][shop.name]) == 75


def test_an_order_its_items_and_the_counter_are_one_transaction(shop, resource, refused):
    shop.put_item(Item=user("gus", orders=0))
    shop.put_item(Item=product("lamp", stock=3))

    def place(order_id, quantity):
        resource.meta.client.transact_write_items(TransactItems=[
            {"Put": {"TableName": shop.name, "Item": order("gus", order_id), "ConditionExpression": "attribute_not_exists(PK)"}},
            {"Put": {"TableName": shop.name, "Item": order_item(order_id, "01", quantity=quantity)}},
            {"Update": {"TableName": shop.name, "Key": {"PK": "USER#gus", "SK": "PROFILE"},
                        "UpdateExpression": "SET orders = orders + :one", "ExpressionAttributeValues": {":one": 1}}},
            {"Update": {"TableName": shop.name, "Key": {"PK": "PRODUCT#lamp", "SK": "META"},
                        "UpdateExpression": "SET stock = stock - :q", "ConditionExpression": "stock >= :q",
                        "ExpressionAttributeValues": {":q": quantity}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
        ])

    place("t-1", 2)
    expected = ("Transaction cancelled, please refer cancellation reasons for specific reasons "
                "[None, None, None, ConditionalCheckFailed]")
    with refused("TransactionCanceledException", expected) as refusal:
        place("t-2", 2)
    reasons = refusal.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "None", "None", "ConditionalCheckFailed"]
    assert reasons[3]["Item"]["stock"] in (1, {"N": "1"})  # boto3's resource decodes, older ones do not
    assert shop.get_item(Key={"PK": "USER#gus", "SK": "PROFILE"}, ConsistentRead=True)["Item"]["orders"] == 1
    assert "Item" in shop.get_item(Key={"PK": "USER#gus", "SK": "ORDER#t-1"}, ConsistentRead=True)
    assert "Item" not in shop.get_item(Key={"PK": "USER#gus", "SK": "ORDER#t-2"}, ConsistentRead=True)


def test_a_sparse_index_holds_the_featured_products_only(shop):
    for i in range(6):
        featured = {"featured": "yes"} if i % 2 else {}
        shop.put_item(Item=product(f"f-{i}", price=60 - i, title=f"t{i}", secret="x", **featured))

    def cheap():
        return shop.query(IndexName="Featured", KeyConditionExpression=Key("featured").eq("yes") & Key("price").lt(100))["Items"]

    assert [item["title"] for item in cheap()] == ["t5", "t3", "t1"]
    assert set(cheap()[0]) == {"PK", "SK", "featured", "price", "title"}
    shop.update_item(Key={"PK": "PRODUCT#f-3", "SK": "META"}, UpdateExpression="REMOVE featured")
    assert [item["title"] for item in cheap()] == ["t5", "t1"]


def test_an_inverted_index_lists_pending_orders(shop):
    shop.put_item(Item=order("hal", "p-1", pendingSince="2026-02-02"))
    shop.put_item(Item=order("ivy", "p-2", pendingSince="2026-02-01"))

    def pending(order_id):
        return shop.query(IndexName="Pending", KeyConditionExpression=Key("SK").eq(f"ORDER#{order_id}"))["Items"]

    assert pending("p-1") == [{"PK": "USER#hal", "SK": "ORDER#p-1", "pendingSince": "2026-02-02"}]
    shop.update_item(Key={"PK": "USER#hal", "SK": "ORDER#p-1"}, UpdateExpression="REMOVE pendingSince SET #s = :s",
                     ExpressionAttributeNames={"#s": "status"}, ExpressionAttributeValues={":s": "SHIPPED"})
    assert pending("p-1") == []
    assert len(pending("p-2")) == 1


def test_a_multi_attribute_index(tables, resource):
    """Q10: tournament and region, by score, without strings glued together."""
    matches = resource.Table(tables.create(
        "matches", "matchId:S", "tournament:S region:S score:N player:S",
        GlobalSecondaryIndexes=[index("Ranking", "tournament +region score player")]))
    for match, tournament, region, score, player in [
            ("1", "spring", "eu", 10, "ann"), ("2", "spring", "eu", 30, "bob"), ("3", "spring", "us", 20, "cat"),
            ("4", "summer", "eu", 40, "dan"), ("5", "spring", "eu", -5, "eve")]:
        matches.put_item(Item={"matchId": match, "tournament": tournament, "region": region, "score": score, "player": player})
    matches.put_item(Item={"matchId": "6", "tournament": "spring", "region": "eu", "score": 99})  # sparse: no player

    def ranking(condition="", **values):
        return matches.query(
            IndexName="Ranking", ScanIndexForward=False,
            KeyConditionExpression="tournament = :t AND #r = :r" + condition, ExpressionAttributeNames={"#r": "region"},
            ExpressionAttributeValues={":t": "spring", ":r": "eu", **{f":{name}": value for name, value in values.items()}})["Items"]

    assert [item["score"] for item in ranking()] == [30, 10, -5]
    assert [item["player"] for item in ranking(" AND score > :s", s=0)] == ["bob", "ann"]
    assert [item["matchId"] for item in ranking(" AND score = :s AND begins_with(player, :p)", s=10, p="a")] == ["1"]
