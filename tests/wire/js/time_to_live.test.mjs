// Time to live, with a server whose clock the test moves.
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { start } from './endpoint.mjs';
import { invalid } from './support.mjs';

const HOUR = 3600;

const skip = process.env.STATOR_ENDPOINT ? 'needs a server of its own' : false;
const directory = mkdtempSync(join(tmpdir(), 'stator-clock-'));
const file = join(directory, 'clock');
const endpoint = skip || (await start('--in-memory', '--test-clock-file', file, '--ttl-sweep-ms', '20'));

describe('time to live', { skip }, () => {
  const table = 'sessions';
  let client;
  let ahead = 0;

  const now = () => Math.floor(Date.now() / 1000) + ahead;
  function advance(seconds) {
    ahead += seconds;
    writeFileSync(`${file}.new`, `${ahead}\n`);
    renameSync(`${file}.new`, file);
  }
  const specification = (Enabled, AttributeName = 'expires') => new UpdateTimeToLiveCommand({
    TableName: table, TimeToLiveSpecification: { Enabled, AttributeName },
  });
  async function until(condition) {
    for (let i = 0; i < 3000; ++i) {
      if (await condition()) return;
      await sleep(20);
    }
    assert.fail('waited in vain');
  }
  async function status() {
    const answer = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    return answer.TimeToLiveDescription;
  }
  const put = (user, expires) => client.send(new PutItemCommand({
    TableName: table,
    Item: { user: { S: user }, group: { S: 'all' }, ...(expires && { expires: { N: String(expires) } }) },
  }));
  async function users(command = new ScanCommand({ TableName: table })) {
    return (await client.send(command)).Items.map((item) => item.user.S).sort();
  }

  before(async () => {
    client = new DynamoDBClient({
      endpoint,
      region: 'us-east-1',
      credentials: {
        accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'test',
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'test',
      },
      maxAttempts: 1,
    });
    await client.send(new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'user', AttributeType: 'S' }, { AttributeName: 'group', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [{
        IndexName: 'byGroup',
        KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      }],
    }));
  });
  after(() => {
    client?.destroy();
    rmSync(directory, { recursive: true, force: true });
  });

  // R13
  test('is enabled once', async () => {
    assert.deepEqual(await status(), { TimeToLiveStatus: 'DISABLED' });
    await invalid(client.send(specification(false)), 'TimeToLive is already disabled');
    const answer = await client.send(specification(true));
    assert.deepEqual(answer.TimeToLiveSpecification, { Enabled: true, AttributeName: 'expires' });
    await until(async () => (await status()).TimeToLiveStatus === 'ENABLED');
    assert.equal((await status()).AttributeName, 'expires');
    await invalid(client.send(specification(true)), 'TimeToLive is already enabled');
    await invalid(
      client.send(specification(false, 'other')),
      'TimeToLive is active on a different AttributeName: current AttributeName is expires',
    );
  });

  // R11, R12
  test('deletes what has expired, from indexes, too', async () => {
    await put('short', now() + 60);
    await put('long', now() + 10 * HOUR);
    await put('always');
    advance(HOUR);
    await until(async () => (await users()).length === 2);
    const byGroup = new QueryCommand({
      TableName: table, IndexName: 'byGroup', KeyConditionExpression: '#g = :all',
      ExpressionAttributeNames: { '#g': 'group' }, ExpressionAttributeValues: { ':all': { S: 'all' } },
    });
    assert.deepEqual(await users(), ['always', 'long']);
    assert.deepEqual(await users(byGroup), ['always', 'long']);
  });

  // R11
  test('leaves alone what was put off in time', async () => {
    await put('renewed', now() + 60);
    await client.send(new UpdateItemCommand({
      TableName: table, Key: { user: { S: 'renewed' } }, UpdateExpression: 'SET expires = :later',
      ExpressionAttributeValues: { ':later': { N: String(now() + 100 * HOUR) } },
    }));
    advance(20 * HOUR);
    await until(async () => !(await users()).includes('long'));
    const answer = await client.send(new GetItemCommand({ TableName: table, Key: { user: { S: 'renewed' } } }));
    assert.ok(answer.Item);
  });
});
