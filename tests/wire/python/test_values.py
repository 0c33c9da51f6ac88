"""N1-N14 and W11-W12: attribute values."""

import re

import pytest
from conftest import index


@pytest.fixture(scope="module")
def table(tables):
    return tables.create("values", "pk:S")


@pytest.fixture(scope="module")
def store(client, table):
    """Stores a value and gives back what the server made of it."""
    def run(value):
        client.put_item(TableName=table, Item={"pk": {"S": "v"}, "v": value})
        return client.get_item(TableName=table, Key={"pk": {"S": "v"}}, ConsistentRead=True)["Item"]["v"]
    return run


# N1, N3, N4
NUMBERS = {
    "0": "0", "-0": "0", "0.0": "0", "0e5": "0", "0.0e126": "0", "+5": "5", "-5": "-5", ".5": "0.5", "5.": "5", "1.e5": "100000",
    "00042": "42", "1E2": "100", "1.50": "1.5", "-1.50e-3": "-0.0015", "100": "100",
    "12345678901234567890123456789012345678": "12345678901234567890123456789012345678",
    "0.00000000000000000000000000000000000001": "0.00000000000000000000000000000000000001",
    "9.9999999999999999999999999999999999999E+125": "99999999999999999999999999999999999999" + "0" * 88,
    "1e-130": "0." + "0" * 129 + "1", "-9.9999999999999999999999999999999999999E+125": "-99999999999999999999999999999999999999" + "0" * 88,
    "0.1e126": "1" + "0" * 125, "1000000000000000000000000000000000000000000": "1" + "0" * 42,
}


@pytest.mark.parametrize("given", NUMBERS)
def test_numbers_read_back_canonical(store, given):
    assert store({"N": given}) == {"N": NUMBERS[given]}


# N1
@pytest.mark.parametrize("text", [" 1", "1 ", "1 2", "NaN", "Infinity", "-Infinity", "0x10", "1_000", "1.2.3", "1+2", "+e2", "e2", "--1", "1e", "1e1.5", "."])
def test_what_is_no_number(store, invalid, text):
    with invalid(re.compile("cannot be converted")):
        store({"N": text})


def test_an_empty_number(store, invalid):
    with invalid("The parameter cannot be converted to a numeric value"):
        store({"N": ""})


def test_a_text_that_is_no_number(store, invalid):
    with invalid("The parameter cannot be converted to a numeric value: abc"):
        store({"N": "abc"})


# N2, N3
@pytest.mark.parametrize("text, message", [
    ("123456789012345678901234567890123456789", "Attempting to store more than 38 significant digits in a Number"),
    ("1.23456789012345678901234567890123456789", "Attempting to store more than 38 significant digits in a Number"),
    ("1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("-1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("11e125", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("1e-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
    ("1e400", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("1e999999999999", None),
    ("9" * 10000, None),
])
def test_numbers_out_of_range(store, invalid, text, message):
    with invalid(message):
        store({"N": text})


# N5
@pytest.mark.parametrize("start, step, expected", [
    ("1", "2", "3"), ("0.1", "0.2", "0.3"), ("1e37", "1", "10000000000000000000000000000000000001"),
    ("99999999999999999999999999999999999998", "1", "9" * 38), ("-1e125", "1e125", "0"), ("1e125", "1e125", "2" + "0" * 125),
])
def test_arithmetic_is_exact(client, table, start, step, expected):
    key = {"pk": {"S": "sum"}}
    client.put_item(TableName=table, Item={**key, "n": {"N": start}})
    client.update_item(TableName=table, Key=key, UpdateExpression="SET n = n + :s", ExpressionAttributeValues={":s": {"N": step}})
    assert client.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]["n"]["N"] == expected


@pytest.mark.parametrize("start, step", [("1e125", "1e-130"), ("1e38", "0.1"), ("9e125", "9e125")])
def test_arithmetic_out_of_range_is_refused(client, table, invalid, start, step):
    key = {"pk": {"S": "sum"}}
    client.put_item(TableName=table, Item={**key, "n": {"N": start}})
    with invalid(re.compile("38 significant digits|overflow|underflow")):
        client.update_item(TableName=table, Key=key, UpdateExpression="ADD n :s", ExpressionAttributeValues={":s": {"N": step}})


def test_equal_numbers_are_one_key(client, tables, invalid):
    """N6"""
    name = tables.create("number-key", "pk:N")
    client.put_item(TableName=name, Item={"pk": {"N": "1000"}, "a": {"S": "x"}})
    for text in ("1e3", "1000.0", "+1000", "01000"):
        assert client.get_item(TableName=name, Key={"pk": {"N": text}}, ConsistentRead=True)["Item"]["pk"] == {"N": "1000"}
    with invalid("Provided list of item keys contains duplicates"):
        client.batch_write_item(RequestItems={name: [
            {"PutRequest": {"Item": {"pk": {"N": "5"}}}}, {"DeleteRequest": {"Key": {"pk": {"N": "5.0"}}}}]})


ROUND_TRIPS = [
    {"S": ""}, {"S": "\u0000\u001f\"\\/\u2028\U0001F600"}, {"B": b""}, {"B": bytes(range(256))}, {"BOOL": True}, {"BOOL": False},
    {"NULL": True}, {"L": []}, {"M": {}}, {"M": {"a b.c#:": {"N": "1"}}},
    {"L": [{"L": [{"M": {"x": {"NULL": True}}}]}, {"S": "é"}]},
    {"SS": [""]}, {"BS": [b""]},  # N9: empty members are allowed
]


@pytest.mark.parametrize("value", ROUND_TRIPS, ids=str)
def test_values_read_back_as_they_are(store, value):
    assert store(value) == value


def test_sets_have_no_order(store):
    """N12"""
    assert sorted(store({"SS": ["b", "a", "c"]})["SS"]) == ["a", "b", "c"]
    assert sorted(store({"NS": ["2", "1.0", "-3e1"]})["NS"]) == ["-30", "1", "2"]
    assert sorted(store({"BS": [b"\x02", b"\x01"]})["BS"]) == [b"\x01", b"\x02"]


# N7, N9, N10, W11
@pytest.mark.parametrize("value, message", [
    ({"SS": []}, "One or more parameter values were invalid: An string set  may not be empty"),
    ({"NS": []}, "One or more parameter values were invalid: An number set  may not be empty"),
    ({"BS": []}, "One or more parameter values were invalid: Binary sets should not be empty"),
    ({"SS": ["a", "a"]}, "One or more parameter values were invalid: Input collection [a, a] contains duplicates."),
    ({"NS": ["1", "1.0"]}, re.compile("Input collection.* contains duplicates")),
    ({"NS": ["1", "x"]}, "The parameter cannot be converted to a numeric value: x"),
    ({"NULL": False}, "One or more parameter values were invalid: Null attribute value types must have the value of true"),
    ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    ({"M": {"deep": {"L": [{}]}}}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    ({"S": "a", "N": "1"}, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"),
], ids=str)
def test_refused_values(store, invalid, value, message):
    with invalid(message):
        store(value)


@pytest.mark.parametrize("depth, fits", [(31, True), (32, False), (100, False)])
def test_nesting(store, invalid, depth, fits):
    """At most 32 levels, counting the attribute itself."""
    value = {"S": "x"}
    for _ in range(depth):
        value = {"L": [value]}
    if fits:
        assert store(value) == value
    else:
        with invalid(re.compile("Nesting Levels have exceeded supported limits")):
            store(value)


def test_empty_key_values(client, tables, invalid):
    """N11"""
    name = tables.create("empty-keys", "pk:S sk:B", "g:S", GlobalSecondaryIndexes=[index("Byg", "g")])
    text = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {} value. Key: {}"
    with invalid(text.format("string", "pk")):
        client.put_item(TableName=name, Item={"pk": {"S": ""}, "sk": {"B": b"1"}})
    with invalid(text.format("binary", "sk")):
        client.put_item(TableName=name, Item={"pk": {"S": "1"}, "sk": {"B": b""}})
    with invalid(text.format("string", "pk")):
        client.get_item(TableName=name, Key={"pk": {"S": ""}, "sk": {"B": b"1"}})
    with invalid(re.compile(r"cannot contain an empty string value\. IndexName: Byg, IndexKey: g")):
        client.put_item(TableName=name, Item={"pk": {"S": "1"}, "sk": {"B": b"1"}, "g": {"S": ""}})
