"""P1-P11: PartiQL, at the level of attribute values; capacity as the classic operations charge it."""

import pytest
from conftest import index

KB = 1024


@pytest.fixture(scope="module")
def table(tables):
    return tables.create("partiql", "pk:S sk:S", "g:S l:S", GlobalSecondaryIndexes=[index("ByG", "g", "KEYS_ONLY")],
                         LocalSecondaryIndexes=[index("ByL", "pk l", "KEYS_ONLY")])


@pytest.fixture(scope="module")
def plain(tables):
    return tables.create("partiql-plain", "pk:S sk:S")


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


@pytest.fixture
def execute(client):
    def run(statement, *parameters, **more):
        if parameters:
            more["Parameters"] = list(parameters)
        return client.execute_statement(Statement=statement, **more)
    return run


def test_a_statement_costs_what_the_classic_operation_costs(execute, plain):
    """C1, C4, C5"""
    total = {"ReturnConsumedCapacity": "TOTAL"}
    big = {"S": "x" * 3 * KB}
    answer = execute(f"INSERT INTO \"{plain}\" VALUE {{'pk': 'cost', 'sk': 'a', 's': ?}}", big, **total)
    assert answer["ConsumedCapacity"] == {"TableName": plain, "CapacityUnits": 4}
    where = "WHERE pk = 'cost' AND sk = 'a'"
    assert units(execute(f'UPDATE "{plain}" SET n = 1 {where}', **total)) == 4
    assert units(execute(f'SELECT n FROM "{plain}" {where}', **total)) == 0.5
    assert units(execute(f'SELECT n FROM "{plain}" {where}', ConsistentRead=True, **total)) == 1
    assert units(execute(f"SELECT n FROM \"{plain}\" WHERE pk = 'cost' AND n = 7", **total)) == 0.5
    assert units(execute(f"SELECT n FROM \"{plain}\" WHERE pk IN ['cost', 'none', 'none2']", **total)) == 1.5
    assert units(execute(f'DELETE FROM "{plain}" {where}', **total)) == 4


def test_indexes_cost_their_part(execute, table):
    """C2, C6"""
    indexes = {"ReturnConsumedCapacity": "INDEXES"}
    answer = execute(f"INSERT INTO \"{table}\" VALUE {{'pk': 'i', 'sk': 'a', 'g': 'x', 'l': 'y', 'n': 1}}", **indexes)
    assert answer["ConsumedCapacity"] == {
        "TableName": table, "CapacityUnits": 3, "Table": {"CapacityUnits": 1},
        "LocalSecondaryIndexes": {"ByL": {"CapacityUnits": 1}}, "GlobalSecondaryIndexes": {"ByG": {"CapacityUnits": 1}}}
    answer = execute(f"UPDATE \"{table}\" SET g = 'z' WHERE pk = 'i' AND sk = 'a'", **indexes)
    assert answer["ConsumedCapacity"]["GlobalSecondaryIndexes"] == {"ByG": {"CapacityUnits": 2}}
    answer = execute(f"SELECT n FROM \"{table}\".\"ByL\" WHERE pk = 'i'", **indexes)
    assert answer["Items"] == [{"n": {"N": "1"}}]
    assert answer["ConsumedCapacity"]["LocalSecondaryIndexes"] == {"ByL": {"CapacityUnits": 0.5}}
    assert answer["ConsumedCapacity"]["Table"] == {"CapacityUnits": 0.5}


def test_batches_sum_up_by_table(client, table, plain):
    """P5"""
    def put(name, sk):
        return {"Statement": f"INSERT INTO \"{name}\" VALUE {{'pk': 'b', 'sk': ?}}", "Parameters": [{"S": sk}]}
    answer = client.batch_execute_statement(Statements=[put(plain, "a"), put(table, "a"), put(plain, "b")],
                                            ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [{"TableName": plain, "CapacityUnits": 2}, {"TableName": table, "CapacityUnits": 1}]
    assert answer["Responses"] == [{"TableName": plain}, {"TableName": table}, {"TableName": plain}]
    answer = client.batch_execute_statement(Statements=[put(plain, "a"), {"Statement": "?"}], ReturnConsumedCapacity="TOTAL")
    assert "ConsumedCapacity" not in answer  # every statement failed
    assert [response["Error"]["Code"] for response in answer["Responses"]] == ["DuplicateItem", "ValidationError"]


def test_transactions_cost_twice(client, plain):
    """C3, C4"""
    answer = client.execute_transaction(ReturnConsumedCapacity="TOTAL", TransactStatements=[
        {"Statement": f"INSERT INTO \"{plain}\" VALUE {{'pk': 't', 'sk': 'a', 's': ?}}", "Parameters": [{"S": "x" * 1500}]},
        {"Statement": f"INSERT INTO \"{plain}\" VALUE {{'pk': 't', 'sk': 'b'}}"}])
    assert answer["ConsumedCapacity"] == [{"TableName": plain, "CapacityUnits": 6, "WriteCapacityUnits": 6}]
    assert answer["Responses"] == []


def test_a_repeated_transaction_reports_reads(client, plain):
    """T5, C3"""
    request = {"ClientRequestToken": "partiql-replay", "ReturnConsumedCapacity": "TOTAL", "TransactStatements": [
        {"Statement": f"INSERT INTO \"{plain}\" VALUE {{'pk': 'r', 'sk': 'a', 's': ?}}", "Parameters": [{"S": "x" * 1500}]}]}
    assert client.execute_transaction(**request)["ConsumedCapacity"][0]["WriteCapacityUnits"] == 4
    assert client.execute_transaction(**request)["ConsumedCapacity"] == [
        {"TableName": plain, "CapacityUnits": 2, "ReadCapacityUnits": 2}]


def test_an_updated_item_is_judged_alone(execute, plain, invalid):
    """L1: UpdateItem would charge 22 bytes more for the clause."""
    execute(f"INSERT INTO \"{plain}\" VALUE {{'pk': 'l', 'sk': 'a'}}")
    statement = f"UPDATE \"{plain}\" SET s = ? WHERE pk = 'l' AND sk = 'a'"
    key_bytes = len("pk" "l" "sk" "a" "s")
    execute(statement, {"S": "x" * (409_600 - key_bytes)})
    with invalid("Item size to update has exceeded the maximum allowed size"):
        execute(statement, {"S": "x" * (409_600 - key_bytes + 1)})


@pytest.mark.parametrize("where, found", [
    ("ss = <<'b', 'a'>>", True), ("ns = <<2, 1>>", True), ("l = [1, 'x']", True), ("l = ['x', 1]", False),
    ("m = {'a': 1}", True), ("m <> {'a': 1}", False), ("b = ?", True), ("z = NULL", True), ("ss <> <<'a'>>", True),
    ("contains(ss, 'a')", True), ("size(b) = 2", True), ("attribute_type(z, 'NULL')", True), ("z IS NULL", True),
])
def test_values_of_all_types_are_compared(execute, plain, where, found):
    """What is compared is what a condition of the classic API compares."""
    execute(f"INSERT INTO \"{plain}\" VALUE {{'pk': 'types', 'sk': 'a', 'ss': <<'a', 'b'>>, 'ns': <<1, 2>>, 'l': [1, 'x'], "
            "'m': {'a': 1}, 'b': ?, 'z': NULL} IF NOT EXISTS", {"B": b"\xff\x00"})
    parameters = [{"B": b"\xff\x00"}] if "?" in where else []
    items = execute(f"SELECT sk FROM \"{plain}\" WHERE pk = 'types' AND {where}", *parameters)["Items"]
    assert items == ([{"sk": {"S": "a"}}] if found else [])


def test_a_table_may_be_named_by_its_arn(client, execute, plain):
    """W25"""
    arn = client.describe_table(TableName=plain)["Table"]["TableArn"]
    execute(f"INSERT INTO \"{arn}\" VALUE {{'pk': 'arn', 'sk': 'a'}}")
    answer = execute(f"SELECT sk FROM \"{arn}\" WHERE pk = 'arn'", ReturnConsumedCapacity="TOTAL")
    assert answer["Items"] == [{"sk": {"S": "a"}}]
    assert answer["ConsumedCapacity"]["TableName"] == arn


def test_pages_end_at_a_megabyte(execute, plain):
    """P7, L8"""
    for number in range(4):
        execute(f"INSERT INTO \"{plain}\" VALUE {{'pk': 'mb', 'sk': ?, 's': ?}}", {"S": str(number)}, {"S": "x" * 390 * KB})
    statement = f"SELECT sk FROM \"{plain}\" WHERE pk = 'mb'"
    first = execute(statement)
    assert [item["sk"]["S"] for item in first["Items"]] == ["0", "1", "2"]
    second = execute(statement, NextToken=first["NextToken"])
    assert [item["sk"]["S"] for item in second["Items"]] == ["3"]
    assert "NextToken" not in second


def test_writes_give_no_tokens(execute, plain, invalid):
    with invalid("NextToken does not match request"):
        execute(f"DELETE FROM \"{plain}\" WHERE pk = 'x' AND sk = 'y'", NextToken="AAAA")


@pytest.mark.parametrize("statement, words", [
    ("INSERT INTO {t} VALUE {{'pk': 'x'}}", "Key attribute should be present in the item: Key sk"),
    ("INSERT INTO {t} VALUE {{'pk': 'x', 'sk': 1}}", "Key attribute's data type should match its data type in table's schema: Key sk"),
    ("INSERT INTO {t} VALUE {{'pk': '', 'sk': 'x'}}", "empty string value"),
    ("INSERT INTO {t} VALUE {{'pk': 'x', 'sk': 'x', 'a': <<>>}}", "Empty bags are not supported"),
    ("INSERT INTO {t} VALUE {{'pk': 'x', 'sk': 'x', 'a': <<1, 1.0>>}}", "contains duplicates"),
    ("INSERT INTO {t} VALUE {{'pk': 'x', 'sk': 'x', 'a': 1e126}}", "Number overflow"),
    ("UPDATE {t} SET n = n + 'x' WHERE pk = 'x' AND sk = 'x'", "Incorrect operand type"),
    ("SELECT * FROM {t} WHERE pk = 1", "Key attribute's data type should match its data type in table's schema: Key pk"),
    ("SELECT * FROM {t} WHERE pk IN [1, 2] AND sk = 'x'", "Key attribute's data type should match its data type in table's schema: Key pk"),
])
def test_values_are_checked_as_everywhere(execute, plain, invalid, statement, words):
    with invalid() as refusal:
        execute(statement.format(t=f'"{plain}"'))
    assert words in refusal.response["Error"]["Message"]
