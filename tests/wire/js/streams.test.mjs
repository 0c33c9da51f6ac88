// R1-R10: streams, as a consumer with the SDK sees them. What needs time to pass is in the Python suite.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { client, createTable, documents, fails, invalid } from './support.mjs';

// The same place and credentials as the other client's.
const streams = new DynamoDBStreamsClient({
  endpoint: async () => client.config.endpoint(),
  region: () => client.config.region(),
  credentials: () => client.config.credentials(),
  maxAttempts: 1,
});
after(() => streams.destroy());

const call = (Command, input) => streams.send(new Command(input));
const enabled = (StreamViewType) => ({ StreamSpecification: { StreamEnabled: true, StreamViewType } });
const streamOf = async (TableName) =>
  (await client.send(new DescribeTableCommand({ TableName }))).Table.LatestStreamArn;
const shardsOf = async (StreamArn) => (await call(DescribeStreamCommand, { StreamArn })).StreamDescription.Shards;
const iterator = async (StreamArn, ShardId, ShardIteratorType = 'TRIM_HORIZON', SequenceNumber = undefined) =>
  (await call(GetShardIteratorCommand, { StreamArn, ShardId, ShardIteratorType, SequenceNumber })).ShardIterator;

// All records of a stream from the given iterators on, by shard.
async function recordsFrom(iterators) {
  const all = [];
  for (let ShardIterator of iterators) {
    while (ShardIterator) {
      const page = await call(GetRecordsCommand, { ShardIterator });
      all.push(...page.Records);
      ShardIterator = page.Records.length > 0 ? page.NextShardIterator : undefined;
    }
  }
  return all;
}
async function records(StreamArn) {
  const iterators = [];
  for (const { ShardId } of await shardsOf(StreamArn)) iterators.push(await iterator(StreamArn, ShardId));
  return recordsFrom(iterators);
}
const names = (list) => list.map(({ eventName }) => eventName);

let TableName;
let StreamArn;
let serial = 0;
const fresh = () => `r-${++serial}`;
const put = (Item, table = TableName) => documents.send(new PutCommand({ TableName: table, Item }));
const update = (pk, UpdateExpression, values) => documents.send(new UpdateCommand({
  TableName, Key: { pk }, UpdateExpression, ExpressionAttributeValues: values,
}));
const remove = (pk, table = TableName) => documents.send(new DeleteCommand({ TableName: table, Key: { pk } }));
const of = async (pk) => (await records(StreamArn)).filter(({ dynamodb }) => dynamodb.Keys.pk.S === pk);

before(async () => {
  TableName = await createTable('streams', 'pk:S', enabled('NEW_AND_OLD_IMAGES'));
  StreamArn = await streamOf(TableName);
});

describe('records', () => {
  test('R1: a write that changes nothing leaves none', async () => {
    const pk = fresh();
    await remove(pk);
    await put({ pk, s: new Set(['a', 'b']), m: { x: 1, y: 2 }, n: 1 });
    await put({ pk, s: new Set(['b', 'a']), m: { y: 2, x: 1 }, n: 1.0 });
    await update(pk, 'ADD n :z', { ':z': 0 });
    await update(pk, 'REMOVE nothing');
    await update(pk, 'SET n = :one', { ':one': 1 });
    await assert.rejects(documents.send(new PutCommand({ TableName, Item: { pk }, ConditionExpression: 'attribute_not_exists(pk)' })));
    assert.deepEqual(names(await of(pk)), ['INSERT']);
  });

  test('R2: the event is what really happened', async () => {
    const pk = fresh();
    await put({ pk });
    await put({ pk, v: 1 });
    await update(pk, 'SET v = :v', { ':v': 2 });
    await remove(pk);
    await update(pk, 'SET v = :v', { ':v': 3 });
    assert.deepEqual(names(await of(pk)), ['INSERT', 'MODIFY', 'MODIFY', 'REMOVE', 'INSERT']);
  });

  test('R3: the members of a record', async () => {
    const pk = fresh();
    const begin = Math.floor(Date.now() / 1000);
    await put({ pk, n: 101 });
    await put({ pk, n: 102 });
    const [first, second] = await of(pk);
    const { dynamodb, eventID, ...envelope } = second;
    assert.match(eventID, /^[0-9a-f]{32}$/);
    assert.notEqual(eventID, first.eventID);
    assert.deepEqual(envelope, {
      eventName: 'MODIFY', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'us-east-1',
    }); // R4: no userIdentity
    const { ApproximateCreationDateTime: time, SequenceNumber, ...rest } = dynamodb;
    assert.ok(time.getTime() % 1000 === 0 && time.getTime() / 1000 >= begin);
    assert.ok(SequenceNumber > first.dynamodb.SequenceNumber);
    assert.equal(SequenceNumber.length, first.dynamodb.SequenceNumber.length);
    assert.deepEqual(rest, {
      Keys: { pk: { S: pk } },
      NewImage: { pk: { S: pk }, n: { N: '102' } },
      OldImage: { pk: { S: pk }, n: { N: '101' } },
      SizeBytes: 3 * (2 + pk.length) + 2 * (1 + 3), // the names and values of the key and both images
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
  });

  for (const [view, olds, news] of [['KEYS_ONLY', 0, 0], ['NEW_IMAGE', 0, 1], ['OLD_IMAGE', 1, 0], ['NEW_AND_OLD_IMAGES', 1, 1]]) {
    test(`R3: images of ${view}`, async () => {
      const table = await createTable('streams-view', 'pk:S', enabled(view));
      await put({ pk: 'k' }, table); // an item that is only a key has images, too
      await put({ pk: 'k', v: 1 }, table);
      await remove('k', table);
      const images = (await records(await streamOf(table))).map(({ dynamodb }) => {
        assert.deepEqual(dynamodb.Keys, { pk: { S: 'k' } });
        assert.equal(dynamodb.StreamViewType, view);
        return [dynamodb.OldImage, dynamodb.NewImage];
      });
      const [one, two] = [{ pk: { S: 'k' } }, { pk: { S: 'k' }, v: { N: '1' } }];
      const wanted = [[undefined, one], [one, two], [two, undefined]]
        .map(([old, now]) => [olds ? old : undefined, news ? now : undefined]);
      assert.deepEqual(images, wanted);
    });
  }

  test('a transaction leaves one for each item (T8)', async () => {
    const [a, b] = [fresh(), fresh()];
    await documents.send(new TransactWriteCommand({
      TransactItems: [a, b].map((pk) => ({ Put: { TableName, Item: { pk } } })),
    }));
    assert.deepEqual([names(await of(a)), names(await of(b))], [['INSERT'], ['INSERT']]);
  });

  test('R10: a backfill leaves none', async () => {
    const count = (await records(StreamArn)).length;
    await client.send(new UpdateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [{
        Create: { IndexName: 'ByG', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      }],
    }));
    for (let status; status !== 'ACTIVE';) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      status = Table.GlobalSecondaryIndexes[0].IndexStatus;
    }
    assert.equal((await records(StreamArn)).length, count);
  });
});

describe('shards', () => {
  test('R5: several, with ids and numbers as the service has them', async () => {
    const shards = await shardsOf(StreamArn);
    assert.ok(shards.length > 1);
    for (const { ShardId, SequenceNumberRange, ParentShardId } of shards) {
      assert.match(ShardId, /^shardId-\d{20}-[0-9a-f]{8}$/);
      assert.match(SequenceNumberRange.StartingSequenceNumber, /^\d{21,40}$/);
      assert.equal(SequenceNumberRange.EndingSequenceNumber, undefined);
      assert.equal(ParentShardId, undefined);
    }
  });

  test('R5: iterators of each type', async () => {
    const table = await createTable('streams-iterators', 'pk:S', enabled('NEW_IMAGE'));
    const arn = await streamOf(table);
    for (let v = 1; v <= 3; ++v) await put({ pk: 'k', v }, table);
    const shards = await shardsOf(arn);
    let shard;
    let all;
    for (const { ShardId } of shards) {
      const found = await recordsFrom([await iterator(arn, ShardId)]);
      if (found.length > 0) [shard, all] = [ShardId, found];
    }
    const values = async (...from) => (await recordsFrom([await iterator(arn, shard, ...from)]))
      .map(({ dynamodb }) => Number(dynamodb.NewImage.v.N));
    const second = all[1].dynamodb.SequenceNumber;
    assert.deepEqual(await values('TRIM_HORIZON'), [1, 2, 3]);
    assert.deepEqual(await values('AT_SEQUENCE_NUMBER', second), [2, 3]);
    assert.deepEqual(await values('AFTER_SEQUENCE_NUMBER', second), [3]);
    assert.deepEqual(await values('LATEST'), []);
    const latest = await iterator(arn, shard, 'LATEST');
    await put({ pk: 'k', v: 4 }, table);
    assert.deepEqual((await recordsFrom([latest])).map(({ dynamodb }) => dynamodb.NewImage.v.N), ['4']);
    // Each shard's first number can be asked for, whether or not a record has it.
    for (const { ShardId, SequenceNumberRange: { StartingSequenceNumber } } of shards) {
      await iterator(arn, ShardId, 'AT_SEQUENCE_NUMBER', StartingSequenceNumber);
    }
    await invalid(iterator(arn, shard, 'AT_SEQUENCE_NUMBER'));
    await invalid(iterator(arn, shard, 'AT_SEQUENCE_NUMBER', '9'.repeat(30)));
    await fails(iterator(arn, 'shardId-00000000000000000000-00000099'), 'ResourceNotFoundException');
  });

  test('R6: an empty page of an open shard goes on', async () => {
    const [{ ShardId }] = await shardsOf(StreamArn);
    let next = await iterator(StreamArn, ShardId, 'LATEST');
    for (let i = 0; i < 3; ++i) {
      const page = await call(GetRecordsCommand, { ShardIterator: next });
      assert.deepEqual(page.Records, []);
      assert.ok(page.NextShardIterator);
      next = page.NextShardIterator;
    }
  });

  test('R6: at most 1,000 records and 1 MB', async () => {
    const table = await createTable('streams-pages', 'pk:S', enabled('NEW_IMAGE'));
    const arn = await streamOf(table);
    for (let v = 0; v < 4; ++v) await put({ pk: 'k', v, f: 'x'.repeat(390_000) }, table);
    const pages = [];
    for (const { ShardId } of await shardsOf(arn)) {
      const page = await call(GetRecordsCommand, { ShardIterator: await iterator(arn, ShardId) });
      if (page.Records.length > 0) pages.push(page.Records.length);
    }
    assert.deepEqual(pages, [2]);
    const [{ ShardId }] = await shardsOf(arn);
    const ShardIterator = await iterator(arn, ShardId);
    await invalid(call(GetRecordsCommand, { ShardIterator, Limit: 0 }));
    await invalid(call(GetRecordsCommand, { ShardIterator, Limit: 1001 }));
  });

  test('R5: iterators cannot be made up', async () => {
    const [{ ShardId }] = await shardsOf(StreamArn);
    const good = await iterator(StreamArn, ShardId);
    await invalid(call(GetRecordsCommand, { ShardIterator: 'made-up' }), 'Invalid ShardIterator');
    const last = good.at(-1) === '0' ? '1' : '0';
    await invalid(call(GetRecordsCommand, { ShardIterator: good.slice(0, -1) + last }), 'Invalid ShardIterator');
  });
});

describe('descriptions', () => {
  test('DescribeStream, in pages', async () => {
    const { Shards, ...stream } = (await call(DescribeStreamCommand, { StreamArn })).StreamDescription;
    assert.ok(stream.CreationRequestDateTime instanceof Date);
    delete stream.CreationRequestDateTime;
    assert.deepEqual(stream, {
      StreamArn, TableName, StreamStatus: 'ENABLED', StreamViewType: 'NEW_AND_OLD_IMAGES',
      StreamLabel: StreamArn.split('/stream/')[1], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    const ids = [];
    let ExclusiveStartShardId;
    do {
      const page = (await call(DescribeStreamCommand, { StreamArn, Limit: 1, ExclusiveStartShardId })).StreamDescription;
      ids.push(...page.Shards.map(({ ShardId }) => ShardId));
      ExclusiveStartShardId = page.LastEvaluatedShardId;
    } while (ExclusiveStartShardId);
    assert.deepEqual(ids, Shards.map(({ ShardId }) => ShardId));
    await fails(call(DescribeStreamCommand, { StreamArn: `${StreamArn}9` }), 'ResourceNotFoundException');
  });

  test('R9: ShardFilter', async () => {
    const [{ ShardId }] = await shardsOf(StreamArn);
    const ShardFilter = { Type: 'CHILD_SHARDS', ShardId };
    const { Shards } = (await call(DescribeStreamCommand, { StreamArn, ShardFilter })).StreamDescription;
    assert.deepEqual(Shards, []); // it is open
    await invalid(call(DescribeStreamCommand, { StreamArn, ShardFilter: { Type: 'ALL', ShardId } }));
  });

  test('R7: ListStreams, in pages', async () => {
    const all = (await call(ListStreamsCommand, {})).Streams.map((stream) => stream.StreamArn);
    assert.ok(all.includes(StreamArn));
    const paged = [];
    let ExclusiveStartStreamArn;
    do {
      const page = await call(ListStreamsCommand, { Limit: 1, ExclusiveStartStreamArn });
      paged.push(...page.Streams.map((stream) => stream.StreamArn));
      ExclusiveStartStreamArn = page.LastEvaluatedStreamArn;
    } while (ExclusiveStartStreamArn);
    assert.deepEqual(paged, all);
    assert.deepEqual((await call(ListStreamsCommand, { TableName })).Streams.map((stream) => stream.StreamArn), [StreamArn]);
    for (const Limit of [0, 101]) await invalid(call(ListStreamsCommand, { Limit }));
  });

  test('R8: a disabled stream stays readable, also when another is enabled', async () => {
    const table = await createTable('streams-old', 'pk:S', enabled('KEYS_ONLY'));
    const set = (StreamSpecification) => client.send(new UpdateTableCommand({ TableName: table, StreamSpecification }));
    const old = await streamOf(table);
    await put({ pk: 'k' }, table);
    await set({ StreamEnabled: false });
    await put({ pk: 'unseen' }, table);
    assert.equal((await call(DescribeStreamCommand, { StreamArn: old })).StreamDescription.StreamStatus, 'DISABLED');
    await set(enabled('NEW_IMAGE').StreamSpecification);
    const current = await streamOf(table);
    assert.notEqual(current, old);
    await put({ pk: 'k', v: 1 }, table);
    assert.deepEqual([names(await records(old)), names(await records(current))], [['INSERT'], ['MODIFY']]);
    for (const { ShardId, SequenceNumberRange } of await shardsOf(old)) {
      assert.ok(SequenceNumberRange.EndingSequenceNumber);
      // R5: a closed shard ends.
      const page = await call(GetRecordsCommand, { ShardIterator: await iterator(old, ShardId) });
      assert.equal(page.NextShardIterator, undefined);
    }
    assert.deepEqual((await call(ListStreamsCommand, { TableName: table })).Streams.map((stream) => stream.StreamArn), [old, current]);
  });
});
