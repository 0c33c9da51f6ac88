"""The reference application over the AWS CLI: each call is one process, as a shell script would do it."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import server  # noqa: E402  (it is in the folder that the line above adds)

TABLE = f"shop-cli-{os.getpid()}"
MATCHES = f"matches-cli-{os.getpid()}"


class Refused(Exception):
    """The CLI left with an error; the text is what it printed."""


@pytest.fixture(scope="module")
def aws():
    with server.Endpoint() as url:
        environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
                       **os.environ, "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true"}

        def run(command, **parameters):
            arguments = ["aws", "dynamodb", command, "--endpoint-url", url, "--output", "json"]
            for name, value in parameters.items():
                flag = "--" + name.replace("_", "-")
                if value is True or value is False:
                    arguments.append(flag if value else "--no-" + name.replace("_", "-"))
                else:
                    arguments += [flag, value if isinstance(value, str) else json.dumps(value)]
            done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode != 0:
                raise Refused(done.stderr)
            return json.loads(done.stdout) if done.stdout.strip() else {}
        yield run


def keys(*names):
    return [{"AttributeName": name.lstrip("+"), "KeyType": "HASH" if i == 0 or name[0] == "+" else "RANGE"} for i, name in enumerate(names)]


def strings(**values):
    return {name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in values.items()}


def values(**pairs):
    return {f":{name}": value for name, value in strings(**pairs).items()}


@pytest.fixture(scope="module")
def shop(aws):
    aws("create-table", table_name=TABLE, billing_mode="PAY_PER_REQUEST", key_schema=keys("PK", "SK"),
        attribute_definitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in
                               [("PK", "S"), ("SK", "S"), ("GSI1PK", "S"), ("GSI1SK", "S"), ("featured", "S"), ("price", "N")]],
        global_secondary_indexes=[
            {"IndexName": "GSI1", "KeySchema": keys("GSI1PK", "GSI1SK"), "Projection": {"ProjectionType": "ALL"}},
            {"IndexName": "Featured", "KeySchema": keys("featured", "price"), "Projection": {"ProjectionType": "ALL"}},
            {"IndexName": "Inverted", "KeySchema": keys("SK", "PK"), "Projection": {"ProjectionType": "KEYS_ONLY"}}])
    server.wait_until(
        lambda: aws("describe-table", table_name=TABLE)["Table"]["TableStatus"] == "ACTIVE", 60, "table active")
    yield TABLE
    assert aws("delete-table", table_name=TABLE)["TableDescription"]["TableName"] == TABLE


def test_users_orders_and_counters(aws, shop):
    profile = strings(PK="USER#ann", SK="PROFILE", EntityType="User", name="Ann")
    aws("put-item", table_name=shop, item=profile, condition_expression="attribute_not_exists(PK)")
    with pytest.raises(Refused, match=r"\(ConditionalCheckFailedException\).*The conditional request failed"):
        aws("put-item", table_name=shop, item=profile, condition_expression="attribute_not_exists(PK)")
    key = strings(PK="USER#ann", SK="PROFILE")
    assert aws("get-item", table_name=shop, key=key, consistent_read=True)["Item"] == profile

    # An address and five orders in one batch; then the orders, newest first, in pages of two.
    batch = [strings(PK="USER#ann", SK="ADDRESS#home", EntityType="Address")]
    batch += [strings(PK="USER#ann", SK=f"ORDER#2026-0{i}", GSI1PK=f"ORDER#2026-0{i}", GSI1SK="META", EntityType="Order", total=i) for i in range(1, 6)]
    batch += [strings(PK="ORDER#2026-01", SK=f"ITEM#{i}", GSI1PK="ORDER#2026-01", GSI1SK=f"ITEM#{i}", EntityType="OrderItem") for i in range(3)]
    answer = aws("batch-write-item", request_items={shop: [{"PutRequest": {"Item": item}} for item in batch]})
    assert answer["UnprocessedItems"] == {}
    orders = {"table_name": shop, "key_condition_expression": "PK = :p AND begins_with(SK, :o)",
              "expression_attribute_values": values(p="USER#ann", o="ORDER#"), "scan_index_forward": False}
    first = aws("query", **orders, max_items="2", page_size="2")  # the CLI's own paging, over Limit
    second = aws("query", **orders, max_items="9", page_size="2", starting_token=first["NextToken"])
    found = [item["SK"]["S"] for item in first["Items"] + second["Items"]]
    assert found == [f"ORDER#2026-0{i}" for i in range(5, 0, -1)]

    by_id = aws("query", table_name=shop, index_name="GSI1", key_condition_expression="GSI1PK = :o",
                expression_attribute_values=values(o="ORDER#2026-01"))
    assert [item["EntityType"]["S"] for item in by_id["Items"]] == ["OrderItem"] * 3 + ["Order"]

    updated = aws("update-item", table_name=shop, key=key, return_values="ALL_NEW",
                  update_expression="SET #n = :n, visits = if_not_exists(visits, :zero) + :one",
                  expression_attribute_names={"#n": "name"}, expression_attribute_values=values(n="Anna", zero=0, one=1))
    assert updated["Attributes"] == {**profile, **strings(name="Anna", visits=1)}

    got = aws("batch-get-item", request_items={shop: {"Keys": [{"PK": item["PK"], "SK": item["SK"]} for item in batch]}})
    assert len(got["Responses"][shop]) == len(batch) and got["UnprocessedKeys"] == {}

    inverted = aws("query", table_name=shop, index_name="Inverted", key_condition_expression="SK = :o",
                   expression_attribute_values=values(o="ORDER#2026-03"))
    assert inverted["Items"] == [strings(PK="USER#ann", SK="ORDER#2026-03")]


def test_a_transaction_and_its_failure(aws, shop):
    aws("put-item", table_name=shop, item=strings(PK="PRODUCT#lamp", SK="META", stock=3, featured="yes", price=40))
    aws("put-item", table_name=shop, item=strings(PK="PRODUCT#rug", SK="META", stock=3, price=50))

    def place(order, quantity):
        aws("transact-write-items", transact_items=[
            {"Put": {"TableName": shop, "Item": strings(PK="USER#bob", SK=f"ORDER#{order}"), "ConditionExpression": "attribute_not_exists(PK)"}},
            {"Update": {"TableName": shop, "Key": strings(PK="USER#bob", SK="PROFILE"), "UpdateExpression": "ADD orders :one",
                        "ExpressionAttributeValues": values(one=1)}},
            {"Update": {"TableName": shop, "Key": strings(PK="PRODUCT#lamp", SK="META"), "UpdateExpression": "SET stock = stock - :q",
                        "ConditionExpression": "stock >= :q", "ExpressionAttributeValues": values(q=quantity)}}])

    place("1", 2)
    with pytest.raises(Refused, match=r"\(TransactionCanceledException\).*\[None, None, ConditionalCheckFailed\]"):
        place("2", 2)
    got = aws("transact-get-items", transact_items=[{"Get": {"TableName": shop, "Key": key}} for key in (
        strings(PK="USER#bob", SK="PROFILE"), strings(PK="PRODUCT#lamp", SK="META"), strings(PK="USER#bob", SK="ORDER#2"))])
    assert got["Responses"][0]["Item"]["orders"] == {"N": "1"}
    assert got["Responses"][1]["Item"]["stock"] == {"N": "1"}
    assert got["Responses"][2].get("Item") is None

    featured = aws("query", table_name=shop, index_name="Featured", key_condition_expression="featured = :y",
                   expression_attribute_values=values(y="yes"))
    assert [item["PK"]["S"] for item in featured["Items"]] == ["PRODUCT#lamp"]  # sparse
    aws("delete-item", table_name=shop, key=strings(PK="PRODUCT#lamp", SK="META"))
    assert aws("scan", table_name=shop, index_name="Featured", select="COUNT")["Count"] == 0


def test_a_multi_attribute_index(aws):
    """Q10"""
    aws("create-table", table_name=MATCHES, billing_mode="PAY_PER_REQUEST", key_schema=keys("id"),
        attribute_definitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in
                               [("id", "S"), ("tournament", "S"), ("region", "S"), ("score", "N")]],
        global_secondary_indexes=[{"IndexName": "Ranking", "KeySchema": keys("tournament", "+region", "score"),
                                   "Projection": {"ProjectionType": "ALL"}}])
    server.wait_until(lambda: aws("describe-table", table_name=MATCHES)["Table"]["TableStatus"] == "ACTIVE", 60, "table active")
    aws("batch-write-item", request_items={MATCHES: [{"PutRequest": {"Item": item}} for item in (
        strings(id="1", tournament="spring", region="eu", score=10), strings(id="2", tournament="spring", region="eu", score=9),
        strings(id="3", tournament="spring", region="us", score=30))]})
    ranking = aws("query", table_name=MATCHES, index_name="Ranking", scan_index_forward=False,
                  key_condition_expression="tournament = :t AND #r = :r", expression_attribute_names={"#r": "region"},
                  expression_attribute_values=values(t="spring", r="eu"))
    assert [item["id"]["S"] for item in ranking["Items"]] == ["1", "2"]
    aws("delete-table", table_name=MATCHES)
