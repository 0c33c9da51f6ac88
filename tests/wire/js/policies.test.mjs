// Policies of tables and streams: what is kept of them. What they decide is tested where callers are.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb';
import { client, createTable, fails, invalid } from './support.mjs';

const statement = (Effect, Action) => ({ Effect, Principal: '*', Action, Resource: '*' });
const policy = (...statements) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const put = (ResourceArn, Policy, more = {}) => client.send(new PutResourcePolicyCommand({ ResourceArn, Policy, ...more }));
const get = (ResourceArn) => client.send(new GetResourcePolicyCommand({ ResourceArn }));
const remove = (ResourceArn, more = {}) => client.send(new DeleteResourcePolicyCommand({ ResourceArn, ...more }));

const first = policy(statement('Deny', 'dynamodb:DeleteTable'));
const second = policy(statement('Deny', 'dynamodb:UpdateTable'));

describe('a policy of a table', () => {
  let arn;
  let streamArn;
  before(async () => {
    const TableName = await createTable('policies', 'pk:S', {
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    });
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    arn = Table.TableArn;
    streamArn = Table.LatestStreamArn;
  });

  test('is there until it is deleted, with a revision for each change', async () => {
    await fails(get(arn), 'PolicyNotFoundException');
    const { RevisionId: one } = await put(arn, first, { ExpectedRevisionId: 'NO_POLICY' });
    assert.equal((await put(arn, first)).RevisionId, one, 'nothing has changed');
    const { RevisionId: two } = await put(arn, second, { ExpectedRevisionId: one });
    assert.notEqual(two, one);
    await fails(put(arn, first, { ExpectedRevisionId: one }), 'PolicyNotFoundException');
    await fails(put(arn, first, { ExpectedRevisionId: 'NO_POLICY' }), 'PolicyNotFoundException');
    const kept = await get(arn);
    assert.deepEqual([kept.Policy, kept.RevisionId], [second, two]);
    await fails(remove(arn, { ExpectedRevisionId: one }), 'PolicyNotFoundException');
    assert.equal((await remove(arn, { ExpectedRevisionId: two })).RevisionId, two);
    assert.equal((await remove(arn)).RevisionId, undefined);
    await fails(get(arn), 'PolicyNotFoundException');
  });

  test('is not that of its stream', async () => {
    await put(streamArn, policy(statement('Allow', 'dynamodb:GetRecords')));
    await fails(get(arn), 'PolicyNotFoundException');
    assert.match((await get(streamArn)).Policy, /GetRecords/);
    await remove(streamArn);
  });

  test('may come with the table', async () => {
    const TableName = await createTable('policies', 'pk:S', { ResourcePolicy: first });
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    assert.equal((await get(Table.TableArn)).Policy, first);
  });

  test('has to be one', async () => {
    await invalid(put(arn, 'none'), /^One or more parameter values were invalid: Invalid policy document: /);
    await invalid(put(arn, policy(statement('Allow', 'dynamodb:ListStreams'))),
      /The following action names are invalid: "dynamodb:ListStreams"$/);
    await invalid(put(arn, policy({ ...statement('Allow', 'dynamodb:GetItem'), Principal: { AWS: 'alice' } })), /principal/);
    await invalid(put(arn, policy({ ...statement('Allow', 'dynamodb:GetItem'), Condition: { StringEqual: { 'aws:username': 'x' } } })), /operator/);
    await invalid(put(arn, first.padEnd(20 * 1024 + 1)), /20480 are allowed/);
    await put(arn, first.padEnd(20 * 1024));
    await remove(arn);
  });

  test('belongs to something that is there', async () => {
    await fails(get(`${arn}x`), 'ResourceNotFoundException');
    await fails(put(`${arn}/stream/2020-01-01T00:00:00.000`, first), 'ResourceNotFoundException');
    await invalid(put(`${arn}/index/i`, first));
    await invalid(put('policies', first));
  });
});
