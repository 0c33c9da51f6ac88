"""PartiQL and streams for the users of two accounts, whose tables share names and nothing else."""

import json
import os
import signal
import subprocess

import botocore.exceptions
import pytest
import server
from auth import Auth

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="the server's identities are not ours")

MINE, THEIRS = "000000000000", "111111111111"
TABLE = {"BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
         "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
         "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
SELECT = "SELECT * FROM shared WHERE k = 'a'"


class Accounts:
    """Two accounts, each with a table `shared` that has an item and a stream."""

    def __init__(self, auth):
        self.auth = auth
        self.keys = {MINE: auth.root, THEIRS: auth.new_account(THEIRS)}
        self.dynamodb = {account: auth.client(credentials=key) for account, key in self.keys.items()}
        self.streams = {account: auth.client("dynamodbstreams", key) for account, key in self.keys.items()}
        self.arns, self.stream_arns = {}, {}
        for account, client in self.dynamodb.items():
            table = client.create_table(TableName="shared", **TABLE)["TableDescription"]
            self.arns[account], self.stream_arns[account] = table["TableArn"], table["LatestStreamArn"]
            server.wait_until(lambda c=client: c.describe_table(TableName="shared")["Table"]["TableStatus"] == "ACTIVE")
            client.execute_statement(Statement="INSERT INTO shared VALUE {'k': 'a', 'of': ?}",
                                     Parameters=[{"S": account}])

    def of_policy(self, operation, **parameters):
        """A call by the root of the second account; boto3 may be older than these operations."""
        body = json.dumps(parameters).encode()
        answer = self.auth.send(self.auth.signed(body, operation, credentials=self.keys[THEIRS]), body)
        assert answer.status == 200, answer.body


@pytest.fixture(scope="module")
def accounts(tmp_path_factory):
    auth = Auth(tmp_path_factory.mktemp("auth"))
    yield Accounts(auth)
    assert auth.stop() == 0


def denied(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException", caught.value
    return caught.value.response["Error"]["Message"]


def records(streams, arn):
    """Everything in a stream."""
    found = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"],
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        found += streams.get_records(ShardIterator=iterator)["Records"]
    return found


@pytest.mark.parametrize("account", [MINE, THEIRS])
def test_statements_name_the_callers_tables(accounts, account):
    client = accounts.dynamodb[account]
    for name in ("shared", f'"{accounts.arns[account]}"'):
        statement = f"SELECT * FROM {name} WHERE k = 'a'"
        assert client.execute_statement(Statement=statement)["Items"][0]["of"] == {"S": account}
        batch = client.batch_execute_statement(Statements=[{"Statement": statement}])
        assert batch["Responses"][0]["Item"]["of"] == {"S": account}
        found = client.execute_transaction(TransactStatements=[{"Statement": statement}])
        assert found["Responses"][0]["Item"]["of"] == {"S": account}
    # A token of one account is none of the other.
    for _ in range(2):
        client.execute_transaction(ClientRequestToken="token", TransactStatements=[
            {"Statement": "INSERT INTO shared VALUE {'k': ?}", "Parameters": [{"S": account}]}])
    answer = client.execute_statement(Statement="UPDATE shared SET n = 1 WHERE k = 'a' RETURNING ALL NEW *",
                                      ReturnConsumedCapacity="TOTAL")
    assert answer["Items"][0]["of"] == {"S": account}
    assert answer["ConsumedCapacity"]["TableName"] == "shared"
    first = client.execute_statement(Statement="SELECT k FROM shared", Limit=1)
    rest = client.execute_statement(Statement="SELECT k FROM shared", NextToken=first["NextToken"])
    assert sorted(item["k"]["S"] for item in first["Items"] + rest["Items"]) == sorted([account, "a"])


def test_statements_reach_nobody_elses(accounts):
    mine, theirs = accounts.dynamodb[MINE], accounts.dynamodb[THEIRS]
    message = denied(mine.execute_statement, Statement=f'SELECT * FROM "{accounts.arns[THEIRS]}"')
    assert message == (f"User: arn:aws:iam::{MINE}:root is not authorized to perform: dynamodb:PartiQLSelect on "
                       f"resource: {accounts.arns[THEIRS]} because no resource-based policy allows the "
                       "dynamodb:PartiQLSelect action")
    # Nor by the name that the server has for it.
    for client in (mine, theirs):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.execute_statement(Statement=f'SELECT * FROM "{THEIRS}:table/shared"')
    policy = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": MINE}, "Action": "dynamodb:PartiQLSelect", "Resource": accounts.arns[THEIRS]}}
    accounts.of_policy("PutResourcePolicy", ResourceArn=accounts.arns[THEIRS], Policy=json.dumps(policy))
    found = mine.execute_statement(Statement=f"SELECT * FROM \"{accounts.arns[THEIRS]}\" WHERE k = 'a'")
    assert found["Items"][0]["of"] == {"S": THEIRS}
    denied(mine.execute_statement, Statement=f"DELETE FROM \"{accounts.arns[THEIRS]}\" WHERE k = 'a'")
    denied(mine.execute_transaction, TransactStatements=[
        {"Statement": "SELECT * FROM shared WHERE k = 'a'"},
        {"Statement": f"DELETE FROM \"{accounts.arns[THEIRS]}\" WHERE k = 'a'"}])
    accounts.of_policy("DeleteResourcePolicy", ResourceArn=accounts.arns[THEIRS])
    denied(mine.execute_statement, Statement=f'SELECT * FROM "{accounts.arns[THEIRS]}"')


@pytest.mark.parametrize("account", [MINE, THEIRS])
def test_streams_are_the_callers(accounts, account):
    streams, other = accounts.streams[account], accounts.stream_arns[THEIRS if account == MINE else MINE]
    summary = {"StreamArn": accounts.stream_arns[account], "TableName": "shared",
               "StreamLabel": accounts.stream_arns[account].split("/stream/")[1]}
    assert streams.list_streams()["Streams"] == [summary]
    assert streams.list_streams(TableName="shared")["Streams"] == [summary]
    assert streams.describe_stream(StreamArn=summary["StreamArn"])["StreamDescription"]["TableName"] == "shared"
    images = [record["dynamodb"]["NewImage"] for record in records(streams, summary["StreamArn"])]
    assert {"k": {"S": "a"}, "of": {"S": account}} in images
    assert not [image for image in images if image.get("of", {"S": account}) != {"S": account}]
    denied(streams.describe_stream, StreamArn=other)
    denied(streams.get_shard_iterator, StreamArn=other, ShardId="shardId-00000001700000000000-00000001",
           ShardIteratorType="LATEST")


def test_streams_of_others_need_both(accounts):
    """An iterator is no right to use it: whoever reads must be allowed to."""
    arn = accounts.stream_arns[THEIRS]
    shard = accounts.streams[THEIRS].describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = accounts.streams[THEIRS].get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    denied(accounts.streams[MINE].get_records, ShardIterator=iterator)
    policy = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": MINE}, "Resource": arn,
        "Action": ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"]}}
    accounts.of_policy("PutResourcePolicy", ResourceArn=arn, Policy=json.dumps(policy))
    assert {"k": {"S": "a"}, "of": {"S": THEIRS}} in [
        record["dynamodb"]["NewImage"] for record in records(accounts.streams[MINE], arn)]
    reader = accounts.auth.client("dynamodbstreams", accounts.auth.new_user("reader"))
    assert "no identity-based policy" in denied(reader.describe_stream, StreamArn=arn)
    # It is another account's all the same.
    assert [stream["StreamArn"] for stream in accounts.streams[MINE].list_streams()["Streams"]] == [accounts.stream_arns[MINE]]
    accounts.of_policy("DeleteResourcePolicy", ResourceArn=arn)
    denied(accounts.streams[MINE].get_records, ShardIterator=iterator)


@pytest.mark.parametrize("named", ["name", "arn"])
def test_tail_follows_the_callers_table(accounts, tmp_path, named):
    table = "shared" if named == "name" else accounts.arns[THEIRS]
    command = [server.binary(), "tail", table, "--endpoint", accounts.auth.endpoint, "--from", "trim-horizon",
               "--cursor", str(tmp_path / "cursor")]
    if os.environ.get("STATOR_TLS_CERT"):
        command += ["--ca", os.environ["STATOR_TLS_CERT"]]
    for _ in range(2):  # the second goes on at the cursor
        accounts.dynamodb[THEIRS].put_item(TableName="shared", Item={"k": {"S": "b"}, "of": {"S": os.urandom(8).hex()}})
        follower = subprocess.Popen(command, env={**os.environ, **accounts.keys[THEIRS]}, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True)
        try:
            line = json.loads(follower.stdout.readline() or '{"stderr": "%s"}' % follower.stderr.read())
        finally:
            follower.send_signal(signal.SIGTERM)
            follower.communicate(timeout=30)
        assert "new" in line, line
