"""R5, R8, R9: what happens to streams in time, with the times shortened. The rest is in the JavaScript suite."""

import os
import time

import boto3
import botocore.config
import pytest

import raw
import server
from follower import Follower

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="needs a server with short times")


class Streams:
    """A server of its own, with a table that has a stream."""

    def __init__(self, *flags):
        self.server = server.Server(None, flags)
        settings = {"endpoint_url": self.server.endpoint, "region_name": "us-east-1",
                    "aws_access_key_id": "test", "aws_secret_access_key": "test",
                    "config": botocore.config.Config(retries={"total_max_attempts": 1})}
        self.items = boto3.client("dynamodb", **settings)
        self.streams = boto3.client("dynamodbstreams", **settings)
        self.arn = self.items.create_table(
            TableName="table", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})["TableDescription"]["LatestStreamArn"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        assert self.server.stop() == 0

    def put(self, pk, v=1):
        self.items.put_item(TableName="table", Item={"pk": {"S": pk}, "v": {"N": str(v)}})

    def shards(self):
        return self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"]

    def children(self, shard):
        """R9; not every boto3 knows it."""
        answer = raw.Client(self.server.endpoint).call(
            "DynamoDBStreams_20120810.DescribeStream", StreamArn=self.arn, ShardFilter={"Type": "CHILD_SHARDS", "ShardId": shard})
        return answer.json()["StreamDescription"]["Shards"]

    def iterator(self, shard, kind="TRIM_HORIZON", **more):
        return self.streams.get_shard_iterator(
            StreamArn=self.arn, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]

    def page(self, shard):
        return self.streams.get_records(ShardIterator=self.iterator(shard))

    def records(self):
        return [record for shard in self.shards() for record in self.page(shard["ShardId"])["Records"]]

    def error(self, call):
        with pytest.raises(self.items.exceptions.ClientError) as caught:
            call()
        return caught.value.response["Error"]["Code"]


def test_r5_r9_shards_roll_and_have_children():
    with Streams("--stream-roll-ms", "300") as streams:
        for i in range(20):
            streams.put(f"k{i}")
        first = [shard["ShardId"] for shard in streams.shards()]
        server.wait_until(lambda: len(streams.shards()) == 2 * len(first), 20, "shards rolled")
        for i in range(20):
            streams.put(f"k{i}", 2)
        shards = {shard["ShardId"]: shard for shard in streams.shards()}
        assert all("ParentShardId" not in shards[name] for name in first)
        for name in first:
            assert "EndingSequenceNumber" in shards[name]["SequenceNumberRange"]
            assert "NextShardIterator" not in streams.page(name)
            child, = streams.children(name)
            assert child["ParentShardId"] == name
            assert child["SequenceNumberRange"]["StartingSequenceNumber"] > shards[name]["SequenceNumberRange"]["EndingSequenceNumber"]
        # Who reads parents before children sees the changes of each item in order.
        client = raw.Client(streams.server.endpoint)
        seen = {}
        Follower(lambda operation, **parameters: client.call(f"DynamoDBStreams_20120810.{operation}", **parameters).json(),
                 streams.arn).poll(lambda _, record: seen.setdefault(record["dynamodb"]["Keys"]["pk"]["S"], []).append(
                     record["dynamodb"]["NewImage"]["v"]["N"]))
        assert seen == {f"k{i}": ["1", "2"] for i in range(20)}


def test_r5_iterators_expire():
    with Streams("--stream-iterator-ms", "200") as streams:
        iterator = streams.iterator(streams.shards()[0]["ShardId"])
        assert "NextShardIterator" in streams.streams.get_records(ShardIterator=iterator)
        time.sleep(0.25)
        assert streams.error(lambda: streams.streams.get_records(ShardIterator=iterator)) == "ExpiredIteratorException"


def test_r5_records_are_trimmed():
    with Streams("--stream-retention-ms", "800") as streams:
        streams.put("k")
        record, = streams.records()
        number = record["dynamodb"]["SequenceNumber"]
        shard = next(shard["ShardId"] for shard in streams.shards() if streams.page(shard["ShardId"])["Records"])
        iterator = streams.iterator(shard, "AT_SEQUENCE_NUMBER", SequenceNumber=number)
        server.wait_until(lambda: not streams.records(), 20, "record trimmed")
        assert streams.error(lambda: streams.streams.get_records(ShardIterator=iterator)) == "TrimmedDataAccessException"
        assert streams.error(lambda: streams.iterator(
            shard, "AT_SEQUENCE_NUMBER", SequenceNumber=number)) == "TrimmedDataAccessException"
        streams.put("k", 2)
        later, = streams.records()
        assert later["dynamodb"]["SequenceNumber"] > number
        # A reader that had read what was trimmed misses nothing.
        after = streams.iterator(shard, "AFTER_SEQUENCE_NUMBER", SequenceNumber=number)
        assert len(streams.streams.get_records(ShardIterator=after)["Records"]) == 1


def test_r8_the_stream_of_a_deleted_table_ends_later():
    with Streams("--stream-retention-ms", "1500") as streams:
        streams.put("k")
        streams.items.delete_table(TableName="table")
        assert len(streams.records()) == 1
        assert len(streams.streams.list_streams()["Streams"]) == 1
        server.wait_until(lambda: not streams.streams.list_streams()["Streams"], 20, "stream gone")
        assert streams.error(streams.shards) == "ResourceNotFoundException"


def test_r4_r12_expired_items_are_removed_by_the_service():
    with Streams("--ttl-sweep-ms", "100") as streams:
        streams.items.update_time_to_live(
            TableName="table", TimeToLiveSpecification={"Enabled": True, "AttributeName": "v"})
        streams.put("expired", int(time.time()) - 10)
        server.wait_until(lambda: len(streams.records()) == 2, 20, "item expired")
        insert, remove = streams.records()
        assert "userIdentity" not in insert
        assert remove["eventName"] == "REMOVE"
        assert remove["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
