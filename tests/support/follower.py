"""Reads a stream as the KCL adapter does: a shard after its parent, from a checkpoint for each shard."""


class Follower:
    """`call(operation, **parameters)` answers a call of the streams API, and may be exchanged, as after
    a crash of the server: what was delivered is not delivered again."""

    PAGE = 1000

    def __init__(self, call, arn):
        self.call, self.arn = call, arn
        self.checkpoints = {}  # shard: the last sequence number, None at its beginning
        self.finished = set()  # closed shards, read to their end

    def shards(self):
        shards, start = [], {}
        while True:
            page = self.call("DescribeStream", StreamArn=self.arn, **start)["StreamDescription"]
            shards += page["Shards"]
            if "LastEvaluatedShardId" not in page:
                return shards
            start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def poll(self, take):
        """Hands each record that is there to take(shard, record); returns how many there were."""
        count = 0
        known = self.shards()
        names = {shard["ShardId"] for shard in known}
        for shard in known:
            name, parent = shard["ShardId"], shard.get("ParentShardId")
            if name not in self.finished and (parent not in names or parent in self.finished):
                count += self._read(name, take)
        return count

    def _read(self, shard, take):
        last = self.checkpoints.setdefault(shard)
        where = ({"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last} if last
                 else {"ShardIteratorType": "TRIM_HORIZON"})
        iterator = self.call("GetShardIterator", StreamArn=self.arn, ShardId=shard, **where)["ShardIterator"]
        count = 0
        while True:
            page = self.call("GetRecords", ShardIterator=iterator, Limit=self.PAGE)
            for record in page["Records"]:
                number = record["dynamodb"]["SequenceNumber"]
                if last is not None and number <= last:
                    raise AssertionError(f"{shard}: {number} comes after {last}")
                take(shard, record)
                self.checkpoints[shard] = last = number
                count += 1
            iterator = page.get("NextShardIterator")
            if iterator is None:
                self.finished.add(shard)
                return count
            if not page["Records"]:
                return count
