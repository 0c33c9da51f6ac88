"""A user who may touch only the items whose partition key is his name, by every way to an item."""

import os

import botocore.exceptions
import pytest
import server
from auth import Auth

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="the server's identities are not ours")

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/notes"
ALICE = "arn:aws:iam::000000000000:user/alice"
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
OWN_ITEMS = {"Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "dynamodb:*", "Resource": [TABLE, TABLE + "/index/*"],
    "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}}}


def key(owner, number="1"):
    return {"owner": {"S": owner}, "number": {"S": number}}


def item(owner, number="1", **more):
    return {**key(owner, number), "text": {"S": "of " + owner}, "folder": {"S": owner}, **more}


class Notes:
    """A table with items of alice and bob, and clients of the root and of alice."""

    def __init__(self, auth):
        self.auth, self.root = auth, auth.client()
        self.root.create_table(
            TableName="notes", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("owner", "number", "folder")],
            GlobalSecondaryIndexes=[{"IndexName": "by-folder", "KeySchema": [{"AttributeName": "folder", "KeyType": "HASH"}],
                                     "Projection": {"ProjectionType": "ALL"}}])
        server.wait_until(lambda: self.root.describe_table(TableName="notes")["Table"]["TableStatus"] == "ACTIVE")
        self.alice = auth.client(credentials=auth.new_user("alice", OWN_ITEMS))

    def reset(self):
        for owner in ("alice", "bob"):
            self.root.put_item(TableName="notes", Item=item(owner))


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    auth = Auth(tmp_path_factory.mktemp("auth"))
    yield Notes(auth)
    assert auth.stop() == 0


@pytest.fixture
def notes(running):
    """Whatever she was denied has not happened."""
    running.reset()
    yield running
    assert running.root.get_item(TableName="notes", Key=key("bob"))["Item"] == item("bob")
    assert running.root.query(TableName="notes", KeyConditionExpression="#o = :o", Select="COUNT",
                              ExpressionAttributeNames={"#o": "owner"}, ExpressionAttributeValues={":o": {"S": "bob"}})["Count"] == 1


def denied(action, call, resource=TABLE, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("AccessDeniedException", 400), answer
    assert answer["Error"]["Message"] == (
        f"User: {ALICE} is not authorized to perform: dynamodb:{action} on resource: {resource} because no "
        f"identity-based policy allows the dynamodb:{action} action")


def query(owner, attribute="owner"):
    return {"TableName": "notes", "KeyConditionExpression": "#k = :k", "ExpressionAttributeNames": {"#k": attribute},
            "ExpressionAttributeValues": {":k": {"S": owner}}}


def test_single_items(notes):
    alice = notes.alice
    assert alice.get_item(TableName="notes", Key=key("alice"))["Item"] == item("alice")
    denied("GetItem", alice.get_item, TableName="notes", Key=key("bob"))
    alice.put_item(TableName="notes", Item=item("alice", "2"))
    denied("PutItem", alice.put_item, TableName="notes", Item=item("bob", "2"))
    # Nor does a condition or an old value tell.
    denied("PutItem", alice.put_item, TableName="notes", Item=item("bob"), ConditionExpression="attribute_not_exists(#t)",
           ExpressionAttributeNames={"#t": "text"}, ReturnValues="ALL_OLD")
    update = {"TableName": "notes", "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    alice.update_item(Key=key("alice", "2"), **update)
    denied("UpdateItem", alice.update_item, Key=key("bob"), ReturnValues="ALL_NEW", **update)
    alice.delete_item(TableName="notes", Key=key("alice", "2"))
    denied("DeleteItem", alice.delete_item, TableName="notes", Key=key("bob"), ReturnValues="ALL_OLD")
    # An item that is not there is denied, too: whether it is, is nobody else's business.
    denied("GetItem", alice.get_item, TableName="notes", Key=key("nobody"))


def test_queries_and_scans(notes):
    alice = notes.alice
    assert alice.query(**query("alice"))["Items"] == [item("alice")]
    denied("Query", alice.query, **query("bob"))
    denied("Query", alice.query, Select="COUNT", **query("bob"))
    # A filter takes nothing away from what is read.
    denied("Scan", alice.scan, TableName="notes")
    denied("Scan", alice.scan, TableName="notes", FilterExpression="#o = :o", ExpressionAttributeNames={"#o": "owner"},
           ExpressionAttributeValues={":o": {"S": "alice"}})
    denied("Scan", alice.scan, TableName="notes", Segment=0, TotalSegments=2)


def test_an_index(notes):
    """Its partition key is what counts there."""
    alice, index = notes.alice, {"IndexName": "by-folder"}
    assert alice.query(**query("alice", "folder"), **index)["Items"] == [item("alice")]
    denied("Query", alice.query, TABLE + "/index/by-folder", **query("bob", "folder"), **index)
    denied("Scan", alice.scan, TABLE + "/index/by-folder", TableName="notes", **index)


def test_batches(notes):
    """One item that is denied refuses the whole call."""
    alice = notes.alice
    mine, theirs = {"Keys": [key("alice")]}, {"Keys": [key("alice"), key("bob")]}
    assert alice.batch_get_item(RequestItems={"notes": mine})["Responses"]["notes"] == [item("alice")]
    denied("BatchGetItem", alice.batch_get_item, RequestItems={"notes": theirs})
    alice.batch_write_item(RequestItems={"notes": [{"PutRequest": {"Item": item("alice", "3")}}]})
    denied("BatchWriteItem", alice.batch_write_item, RequestItems={"notes": [
        {"DeleteRequest": {"Key": key("alice", "3")}}, {"DeleteRequest": {"Key": key("bob")}}]})
    assert "Item" in alice.get_item(TableName="notes", Key=key("alice", "3"))
    alice.delete_item(TableName="notes", Key=key("alice", "3"))


def test_transactions(notes):
    """Each part is the action that it would be alone."""
    alice = notes.alice
    get = {owner: {"Get": {"TableName": "notes", "Key": key(owner)}} for owner in ("alice", "bob")}
    assert alice.transact_get_items(TransactItems=[get["alice"]])["Responses"][0]["Item"] == item("alice")
    denied("GetItem", alice.transact_get_items, TransactItems=[get["alice"], get["bob"]])
    put = {"Put": {"TableName": "notes", "Item": item("alice", "4")}}
    update = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    check = {"ConditionExpression": "attribute_exists(#o)", "ExpressionAttributeNames": {"#o": "owner"}}
    for action, part in (("PutItem", {"Put": {"TableName": "notes", "Item": item("bob", "4")}}),
                         ("UpdateItem", {"Update": {"TableName": "notes", "Key": key("bob"), **update}}),
                         ("DeleteItem", {"Delete": {"TableName": "notes", "Key": key("bob")}}),
                         ("ConditionCheckItem", {"ConditionCheck": {"TableName": "notes", "Key": key("bob"), **check}})):
        denied(action, alice.transact_write_items, TransactItems=[put, part])
    assert "Item" not in alice.get_item(TableName="notes", Key=key("alice", "4"))
    alice.transact_write_items(TransactItems=[put, {"ConditionCheck": {"TableName": "notes", "Key": key("alice"), **check}}])
    alice.delete_item(TableName="notes", Key=key("alice", "4"))


def test_statements(notes):
    alice, own = notes.alice, "\"owner\" = 'alice' AND \"number\" = '1'"
    bobs = own.replace("alice", "bob")
    assert alice.execute_statement(Statement=f"SELECT * FROM notes WHERE {own}")["Items"] == [item("alice")]
    alice.execute_statement(Statement=f"UPDATE notes SET n = 1 WHERE {own}")
    for action, statement in (("PartiQLSelect", f"SELECT * FROM notes WHERE {bobs}"),
                              ("PartiQLSelect", "SELECT * FROM notes"),
                              ("PartiQLSelect", "SELECT * FROM notes WHERE \"text\" = 'of alice'"),
                              ("PartiQLSelect", "SELECT * FROM notes WHERE \"owner\" IN ['alice', 'bob']"),
                              ("PartiQLInsert", "INSERT INTO notes VALUE {'owner': 'bob', 'number': '5'}"),
                              ("PartiQLUpdate", f"UPDATE notes SET n = 1 WHERE {bobs}"),
                              ("PartiQLDelete", f"DELETE FROM notes WHERE {bobs}")):
        denied(action, alice.execute_statement, Statement=statement)
        denied(action, alice.execute_transaction, TransactStatements=[{"Statement": statement}])
        denied(action, alice.batch_execute_statement, Statements=[{"Statement": statement}])
    denied("PartiQLSelect", alice.execute_statement, TABLE + "/index/by-folder",
           Statement="SELECT * FROM notes.\"by-folder\" WHERE folder = 'bob'")
    denied("PartiQLSelect", alice.execute_transaction, TransactStatements=[
        {"Statement": f"EXISTS(SELECT * FROM notes WHERE {bobs} AND zz IS MISSING)"}, {"Statement": f"UPDATE notes SET n = 2 WHERE {own}"}])
    # By parameters, too.
    statement = "SELECT * FROM notes WHERE \"owner\" = ? AND \"number\" = ?"
    assert alice.execute_statement(Statement=statement, Parameters=[{"S": "alice"}, {"S": "1"}])["Items"]
    denied("PartiQLSelect", alice.execute_statement, Statement=statement, Parameters=[{"S": "bob"}, {"S": "1"}])


def test_other_tables_and_operations(notes):
    """A table that is not there is denied like any other."""
    alice = notes.alice
    for name in ("other", "notes2"):
        denied("GetItem", alice.get_item, TABLE.replace("notes", name), TableName=name, Key=key("alice"))
    denied("CreateTable", alice.create_table, TABLE.replace("notes", "mine"), TableName="mine", BillingMode="PAY_PER_REQUEST",
           KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    denied("ListTables", alice.list_tables, TABLE.replace("notes", "*"))


def test_a_deny_names_itself(running):
    """What is denied explicitly stays so, whatever else allows it."""
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "dynamodb:DeleteItem", "Resource": TABLE}]}
    running.reset()
    carol = running.auth.client(credentials=running.auth.new_user("carol", policy))
    assert carol.get_item(TableName="notes", Key=key("bob"))["Item"] == item("bob")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        carol.delete_item(TableName="notes", Key=key("bob"))
    assert caught.value.response["Error"]["Message"] == (
        f"User: {ALICE.replace('alice', 'carol')} is not authorized to perform: dynamodb:DeleteItem on resource: {TABLE} "
        "with an explicit deny in an identity-based policy")
