"""V1-V16: what is refused, in which order and with which words."""

import re

import pytest

KEY = {"pk": {"S": "p"}, "sk": {"N": "1"}}
MISSING = "no-such-table"


@pytest.fixture(scope="module")
def table(tables):
    return tables.create("validation", "pk:S sk:N")


def test_unknown_tables(client, refused):
    for call in (lambda: client.get_item(TableName=MISSING, Key=KEY), lambda: client.put_item(TableName=MISSING, Item=KEY),
                 lambda: client.delete_item(TableName=MISSING, Key=KEY), lambda: client.update_item(TableName=MISSING, Key=KEY),
                 lambda: client.scan(TableName=MISSING),
                 lambda: client.batch_get_item(RequestItems={MISSING: {"Keys": [KEY]}}),
                 lambda: client.batch_write_item(RequestItems={MISSING: [{"PutRequest": {"Item": KEY}}]})):
        with refused("ResourceNotFoundException", "Requested resource not found"):
            call()
    with refused("ResourceNotFoundException", f"Requested resource not found: Table: {MISSING} not found"):
        client.describe_table(TableName=MISSING)
    with refused("ResourceNotFoundException", f"Requested resource not found: Table: {MISSING} not found"):
        client.delete_table(TableName=MISSING)


@pytest.mark.parametrize("item, message", [
    ({"sk": {"N": "1"}}, "One or more parameter values were invalid: Missing the key pk in the item"),
    ({"pk": {"S": "p"}}, "One or more parameter values were invalid: Missing the key sk in the item"),
    ({"pk": {"N": "1"}, "sk": {"N": "1"}}, "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"),
    ({"pk": {"S": "p"}, "sk": {"S": "1"}}, "One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S"),
    ({"pk": {"M": {}}, "sk": {"N": "1"}}, "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: M"),
])
def test_keys_of_items(client, table, invalid, item, message):
    with invalid(message):
        client.put_item(TableName=table, Item=item)


@pytest.mark.parametrize("key, message", [
    ({}, "The number of conditions on the keys is invalid"), ({"pk": {"S": "p"}}, "The number of conditions on the keys is invalid"),
    ({**KEY, "x": {"S": "1"}}, "The number of conditions on the keys is invalid"),
    ({"pk": {"S": "p"}, "x": {"N": "1"}}, "One of the required keys was not given a value"),
    ({"pk": {"N": "1"}, "sk": {"N": "1"}}, "The provided key element does not match the schema"),
])
def test_keys_of_requests(client, table, invalid, key, message):
    # Old and new wording are both in use in the service; the generic one stands for all.
    either = re.compile(f"^({re.escape(message)}|The provided key element does not match the schema)$")
    for call in (client.get_item, client.delete_item, client.update_item):
        with invalid(either):
            call(TableName=table, Key=key)


def test_required_members(client, table, invalid):
    """V1: the model's own constraints come first."""
    with invalid(re.compile("[kK]ey' failed to satisfy constraint: Member must not be null")):
        client.get_item(TableName=table)
    with invalid(re.compile("[iI]tem' failed to satisfy constraint: Member must not be null")):
        client.put_item(TableName=table)
    with invalid(re.compile("[tT]able[nN]ame'? (failed to satisfy constraint: Member must not be null|is required)|TableName must not be null|tableName")):
        client.put_item(Item=KEY)


def test_enums_lengths_and_ranges(client, table, invalid):
    """V5: the words of an enum stand in the order of the model."""
    with invalid(re.compile(r"Value 'NEVER' at '[rR]eturnValues' failed to satisfy constraint: Member must satisfy enum value set: "
                            r"\[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW\]|"
                            r"Value 'NEVER' at '[rR]eturnValues' failed to satisfy constraint: Member must satisfy enum value set: "
                            r"\[NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW\]")):
        client.put_item(TableName=table, Item=KEY, ReturnValues="NEVER")
    with invalid(re.compile(r"Value 'LOTS' at '[rR]eturnConsumedCapacity' failed to satisfy constraint: "
                            r"Member must satisfy enum value set: \[INDEXES, TOTAL, NONE\]")):
        client.get_item(TableName=table, Key=KEY, ReturnConsumedCapacity="LOTS")
    with invalid(re.compile("[sS]elect' failed to satisfy constraint: Member must satisfy enum value set")):
        client.scan(TableName=table, Select="SOME")
    with invalid():
        client.list_tables(Limit=0)
    with invalid(re.compile("less than or equal to 100")):
        client.list_tables(Limit=101)
    with invalid():
        client.get_item(TableName="a b", Key=KEY)
    with invalid():
        client.get_item(TableName="", Key=KEY)
    with invalid():
        client.get_item(TableName="x" * 2000, Key=KEY)


def test_a_name_that_no_table_can_have_is_refused_when_created(client, invalid):
    """V5: three letters at least, but only for a new table."""
    schema = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST",
              "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}
    for name in ("ab", "a b c", "x" * 256, "käse"):
        with invalid(re.compile("[tT]ableName|Table/index names")):
            client.create_table(TableName=name, **schema)


def test_index_unknown(client, table, invalid):
    """V14"""
    with invalid("The table does not have the specified index: nope"):
        client.scan(TableName=table, IndexName="nope")


def test_query_needs_conditions(client, table, invalid):
    with invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."):
        client.query(TableName=table)


def test_mixing_is_seen_across_tables(client, table, invalid):
    """V7"""
    with invalid(re.compile("^Can not use both expression and non-expression parameters in the same request")):
        client.batch_get_item(RequestItems={
            table: {"Keys": [KEY], "AttributesToGet": ["pk"]}, MISSING: {"Keys": [KEY], "ProjectionExpression": "pk"}})


def test_nested_values_are_refused_up_front(client, table, invalid):
    """V13"""
    value = {"S": "x"}
    for _ in range(40):
        value = {"L": [value]}
    with invalid(re.compile("Nesting Levels have exceeded supported limits")):
        client.put_item(TableName=table, Item=KEY, ConditionExpression="a = :v", ExpressionAttributeValues={":v": value})


def test_backups_have_an_error_of_their_own(client, refused):
    """V15, K12"""
    with refused("TableNotFoundException", f"Table not found: {MISSING}"):
        client.describe_continuous_backups(TableName=MISSING)


def test_batches(client, table, invalid):
    """C8, C9"""
    put = {"PutRequest": {"Item": KEY}}
    with invalid("Provided list of item keys contains duplicates"):
        client.batch_write_item(RequestItems={table: [put, {"DeleteRequest": {"Key": KEY}}]})
    with invalid("Provided list of item keys contains duplicates"):
        client.batch_get_item(RequestItems={table: {"Keys": [KEY, KEY]}})
    with invalid("The provided key element does not match the schema"):
        client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": {"pk": {"S": "p"}, "sk": {"S": "1"}}}}]})
    with invalid("The provided key element does not match the schema"):
        client.batch_write_item(RequestItems={table: [{"DeleteRequest": {"Key": {"pk": {"S": "p"}}}}, put]})
    many = [{"PutRequest": {"Item": {"pk": {"S": "p"}, "sk": {"N": str(i)}}}} for i in range(26)]
    with invalid(re.compile("less than or equal to 25|Too many items requested for the BatchWriteItem call")):
        client.batch_write_item(RequestItems={table: many})
    with invalid(re.compile("less than or equal to 100|Too many items requested for the BatchGetItem call")):
        client.batch_get_item(RequestItems={table: {"Keys": [{"pk": {"S": "p"}, "sk": {"N": str(i)}} for i in range(101)]}})
    for empty in ({}, {table: []}):
        with invalid():
            client.batch_write_item(RequestItems=empty)
    for empty in ({}, {table: {"Keys": []}}):
        with invalid():
            client.batch_get_item(RequestItems=empty)
    with invalid():
        client.batch_write_item(RequestItems={table: [{}]})
    with invalid():
        client.batch_write_item(RequestItems={table: [{**put, "DeleteRequest": {"Key": KEY}}]})


def test_a_refused_batch_writes_nothing(client, table, invalid):
    """V16"""
    good = {"pk": {"S": "batch"}, "sk": {"N": "1"}}
    with invalid():
        client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": good}}, {"PutRequest": {"Item": {"pk": {"S": "x"}}}}]})
    assert "Item" not in client.get_item(TableName=table, Key=good, ConsistentRead=True)


def test_quotes_in_error_texts(client, table, invalid):
    """W24: what is echoed must not break the JSON."""
    with invalid(re.compile(r'token: """|token: "\\""|Syntax error; token')):
        client.put_item(TableName=table, Item=KEY, ConditionExpression='a = "text\\"')
    with invalid(re.compile(r'keys: \{#"\}|Syntax error; key: "#""')):
        client.put_item(TableName=table, Item=KEY, ConditionExpression="attribute_exists(a)", ExpressionAttributeNames={'#"': "a"})
