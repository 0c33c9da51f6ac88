// Q1-Q14: Query, Scan, paging and indexes.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  BatchWriteCommand, DeleteCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { QueryCommand as RawQueryCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { client, createTable, documents, fails, index, invalid } from './support.mjs';

const send = (Command, input) => documents.send(new Command(input));

// All items of all pages, and how many pages there were.
async function pages(Command, input) {
  const items = [];
  let count = 0;
  let ExclusiveStartKey;
  do {
    const page = await send(Command, { ...input, ExclusiveStartKey });
    items.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
    assert.ok(++count < 1000, 'paging does not end');
  } while (ExclusiveStartKey);
  return { items, count };
}

async function fill(TableName, items) {
  for (let start = 0; start < items.length; start += 25) {
    await send(BatchWriteCommand, {
      RequestItems: { [TableName]: items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })) },
    });
  }
}

describe('paging', () => {
  let TableName;
  before(async () => {
    TableName = await createTable('paging', 'pk:S sk:N', {
      types: 'g:S l:N',
      GlobalSecondaryIndexes: [index('ByG', 'g'), index('Keys', 'g l', { ProjectionType: 'KEYS_ONLY' })],
      LocalSecondaryIndexes: [index('ByL', 'pk l', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] })],
    });
    await fill(TableName, Array.from({ length: 10 }, (_, sk) => ({ pk: 'p', sk, g: 'same', l: sk % 3, a: 'a', b: `b${sk}` })));
  });
  const query = (more) => ({
    TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'p' }, ...more,
  });
  const byG = (more) => ({
    TableName, IndexName: 'ByG', KeyConditionExpression: 'g = :g', ExpressionAttributeValues: { ':g': 'same' }, ...more,
  });

  test('numbers are in numeric order, both ways', async () => {
    const order = (items) => items.map((item) => item.sk);
    assert.deepEqual(order((await pages(QueryCommand, query({ Limit: 3 }))).items), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(order((await pages(QueryCommand, query({ Limit: 4, ScanIndexForward: false }))).items), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  // Q1: all ten have the same index key
  test('ties in an index are not lost between pages', async () => {
    for (const Limit of [1, 3, 10]) {
      const { items } = await pages(QueryCommand, byG({ Limit }));
      assert.deepEqual(items.map((item) => item.sk).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    const page = await send(QueryCommand, byG({ Limit: 1 }));
    assert.deepEqual(Object.keys(page.LastEvaluatedKey).sort(), ['g', 'pk', 'sk']);
    const local = await send(QueryCommand, query({ IndexName: 'ByL', Limit: 1 }));
    assert.deepEqual(Object.keys(local.LastEvaluatedKey).sort(), ['l', 'pk', 'sk']);
  });

  // Q2
  test('a page that Limit ends exactly at the end still has a LastEvaluatedKey', async () => {
    const full = await send(QueryCommand, query({ Limit: 10 }));
    assert.equal(full.Count, 10);
    assert.deepEqual(full.LastEvaluatedKey, { pk: 'p', sk: 9 });
    const rest = await send(QueryCommand, query({ Limit: 10, ExclusiveStartKey: full.LastEvaluatedKey }));
    assert.deepEqual([rest.Count, rest.LastEvaluatedKey], [0, undefined]);
    assert.equal((await send(QueryCommand, query({ Limit: 11 }))).LastEvaluatedKey, undefined);
  });

  // A table without sort key has at most one item per Query, so there is nothing to go on to.
  test('a paginator with pages of one item ends', async () => {
    const simple = await createTable('one', 'pk:S');
    await send(PutCommand, { TableName: simple, Item: { pk: 'p' } });
    const { items } = await pages(QueryCommand, query({ TableName: simple, Limit: 1 }));
    assert.deepEqual(items, [{ pk: 'p' }]);
  });

  // Q3: a start key needs not to exist, only to fit
  test('ExclusiveStartKey', async () => {
    const from = await send(QueryCommand, query({ ExclusiveStartKey: { pk: 'p', sk: 6.5 } }));
    assert.deepEqual(from.Items.map((item) => item.sk), [7, 8, 9]);
    await invalid(send(QueryCommand, query({ ExclusiveStartKey: { pk: 'p' } })), /starting key is invalid|same size/);
    await invalid(send(QueryCommand, query({ ExclusiveStartKey: { pk: 'p', sk: 'x' } })), /starting key is invalid|match the schema|Type mismatch/);
    await invalid(send(QueryCommand, query({ ExclusiveStartKey: { pk: 'other', sk: 1 } })), /starting key (is invalid|is outside query boundaries|does not match)/);
    await invalid(send(ScanCommand, { TableName, ExclusiveStartKey: { pk: 'p' } }), /starting key is invalid|same size/);
  });

  // Q5
  test('Select', async () => {
    const count = await send(QueryCommand, query({ Select: 'COUNT' }));
    assert.deepEqual([count.Count, count.ScannedCount, count.Items], [10, 10, undefined]);
    const some = await send(QueryCommand, query({ Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'b', Limit: 1 }));
    assert.deepEqual(some.Items, [{ b: 'b0' }]);
    await invalid(send(QueryCommand, query({ Select: 'COUNT', ProjectionExpression: 'b' })),
      /Cannot specify the ProjectionExpression when choosing to get only the Count|ProjectionExpression/);
    await invalid(send(QueryCommand, query({ Select: 'ALL_ATTRIBUTES', ProjectionExpression: 'b' })), /ProjectionExpression/);
    await invalid(send(QueryCommand, query({ Select: 'ALL_PROJECTED_ATTRIBUTES' })),
      'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
    await invalid(send(QueryCommand, query({ Select: 'SPECIFIC_ATTRIBUTES' })), /SPECIFIC_ATTRIBUTES|ProjectionExpression/);
  });

  // Q6, Q9
  test('what an index gives', async () => {
    const first = async (input) => Object.keys((await send(QueryCommand, { ...input, Limit: 1 })).Items[0]).sort();
    assert.deepEqual(await first(query({ IndexName: 'ByL' })), ['a', 'l', 'pk', 'sk']);
    assert.deepEqual(await first(query({ IndexName: 'ByL', Select: 'ALL_ATTRIBUTES' })), ['a', 'b', 'g', 'l', 'pk', 'sk']);
    assert.deepEqual(await first(query({ IndexName: 'ByL', ProjectionExpression: 'b' })), ['b']);
    assert.deepEqual(await first(byG({ IndexName: 'Keys' })), ['g', 'l', 'pk', 'sk']);
    await invalid(send(QueryCommand, byG({ IndexName: 'Keys', Select: 'ALL_ATTRIBUTES' })),
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index Keys because its projection type is not ALL');
    await invalid(send(QueryCommand, byG({ IndexName: 'Keys', ProjectionExpression: 'b' })),
      /One or more parameter values were invalid: Global secondary index Keys does not project \[?b/);
  });

  // Q7, V14
  test('what an index refuses', async () => {
    await invalid(send(QueryCommand, byG({ ConsistentRead: true })), 'Consistent reads are not supported on global secondary indexes');
    await invalid(send(ScanCommand, { TableName, IndexName: 'ByG', ConsistentRead: true }),
      'Consistent reads are not supported on global secondary indexes');
    assert.equal((await send(QueryCommand, query({ IndexName: 'ByL', ConsistentRead: true }))).Count, 10);
    await invalid(send(QueryCommand, byG({ IndexName: 'Unknown' })), 'The table does not have the specified index: Unknown');
    await fails(send(QueryCommand, query({ TableName: 'no-such-table' })), 'ResourceNotFoundException', 'Requested resource not found');
  });

  // V6
  test('Limit is at least 1', async () => {
    await invalid(send(QueryCommand, query({ Limit: 0 })), /[Ll]imit/);
    await invalid(send(ScanCommand, { TableName, Limit: 0 }), /[Ll]imit/);
  });
});

// Q8
test('an index is sparse and typed', async () => {
  const TableName = await createTable('sparse', 'pk:S', {
    types: 'g:S n:N', GlobalSecondaryIndexes: [index('Sparse', 'g n')],
  });
  const scan = async () => (await send(ScanCommand, { TableName, IndexName: 'Sparse' })).Items.map((item) => item.pk).sort();
  await send(PutCommand, { TableName, Item: { pk: 'both', g: 'x', n: 1 } });
  await send(PutCommand, { TableName, Item: { pk: 'half', g: 'x' } });
  assert.deepEqual(await scan(), ['both']);
  await invalid(send(PutCommand, { TableName, Item: { pk: 'bad', g: 'x', n: '1' } }),
    /^One or more parameter values were invalid: Type mismatch for Index Key n Expected: N Actual: S IndexName: Sparse/);
  await invalid(send(PutCommand, { TableName, Item: { pk: 'bad', g: '', n: 1 } }), // N11
    /The AttributeValue for a key attribute cannot contain an empty string value\. IndexName: Sparse, IndexKey: g/);
  await invalid(send(UpdateCommand, {
    TableName, Key: { pk: 'half' }, UpdateExpression: 'SET n = :v', ExpressionAttributeValues: { ':v': 'x' },
  }), /unsupported type|Type mismatch/);
  // In, moved, out, and gone with its item.
  const update = (UpdateExpression, values) => send(UpdateCommand, {
    TableName, Key: { pk: 'half' }, UpdateExpression, ExpressionAttributeValues: values,
  });
  await update('SET n = :v', { ':v': 2 });
  assert.deepEqual(await scan(), ['both', 'half']);
  await update('SET g = :v', { ':v': 'y' });
  const at = (g) => send(QueryCommand, {
    TableName, IndexName: 'Sparse', KeyConditionExpression: 'g = :g', ExpressionAttributeValues: { ':g': g },
  });
  assert.deepEqual([(await at('x')).Count, (await at('y')).Count], [1, 1]);
  await update('REMOVE n');
  assert.deepEqual(await scan(), ['both']);
  await send(DeleteCommand, { TableName, Key: { pk: 'both' } });
  assert.deepEqual(await scan(), []);
});

// Q10
describe('composite index keys', () => {
  let TableName;
  before(async () => {
    TableName = await createTable('composite', 'pk:S', {
      types: 'h1:S h2:N r1:S r2:N', GlobalSecondaryIndexes: [index('Composite', 'h1 +h2 r1 r2')],
    });
    await fill(TableName, ['a', 'b'].flatMap((r1) => [1, 2, 3].map((r2) => ({ pk: `${r1}${r2}`, h1: 'h', h2: 1, r1, r2 }))));
  });
  const query = async (more, values = {}) => (await send(QueryCommand, {
    TableName, IndexName: 'Composite', KeyConditionExpression: `h1 = :h AND h2 = :i${more}`,
    ExpressionAttributeValues: { ':h': 'h', ':i': 1, ...values },
  })).Items.map((item) => item.pk);

  test('left to right, an inequality last', async () => {
    assert.deepEqual(await query(''), ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
    assert.deepEqual(await query(' AND r1 = :a', { ':a': 'a' }), ['a1', 'a2', 'a3']);
    assert.deepEqual(await query(' AND r1 > :a', { ':a': 'a' }), ['b1', 'b2', 'b3']);
    assert.deepEqual(await query(' AND r1 = :a AND r2 BETWEEN :x AND :y', { ':a': 'b', ':x': 2, ':y': 9 }), ['b2', 'b3']);
    assert.deepEqual(await query(' AND r2 >= :x AND r1 = :a', { ':a': 'b', ':x': 3 }), ['b3']);
  });
  test('no gaps, nothing after an inequality, all HASH attributes', async () => {
    await invalid(query(' AND r2 = :x', { ':x': 1 }));
    await invalid(query(' AND r1 > :a AND r2 = :x', { ':a': 'a', ':x': 1 }));
    await invalid(send(QueryCommand, {
      TableName, IndexName: 'Composite', KeyConditionExpression: 'h1 = :h', ExpressionAttributeValues: { ':h': 'h' },
    }));
    await invalid(send(QueryCommand, {
      TableName, IndexName: 'Composite', KeyConditionExpression: 'h1 = :h AND h2 > :i', ExpressionAttributeValues: { ':h': 'h', ':i': 0 },
    }));
  });
  test('paging', async () => {
    const { items, count } = await pages(QueryCommand, {
      TableName, IndexName: 'Composite', KeyConditionExpression: 'h1 = :h AND h2 = :i',
      ExpressionAttributeValues: { ':h': 'h', ':i': 1 }, Limit: 2, ScanIndexForward: false,
    });
    assert.deepEqual(items.map((item) => item.pk), ['b3', 'b2', 'b1', 'a3', 'a2', 'a1']);
    assert.ok(count >= 3);
  });
});

// Q11
describe('scan', () => {
  let TableName;
  const names = Array.from({ length: 60 }, (_, i) => `k${i}`).sort();
  before(async () => {
    TableName = await createTable('scan', 'pk:S');
    await fill(TableName, names.map((pk) => ({ pk })));
  });
  test('segments share the keys without overlap', async () => {
    for (const TotalSegments of [1, 2, 7]) {
      const found = [];
      for (let Segment = 0; Segment < TotalSegments; ++Segment) {
        const { items } = await pages(ScanCommand, { TableName, Segment, TotalSegments, Limit: 7 });
        found.push(...items.map((item) => item.pk));
      }
      assert.deepEqual(found.sort(), names);
    }
  });
  test('segments are checked', async () => {
    await invalid(send(ScanCommand, { TableName, Segment: 2, TotalSegments: 2 }),
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2');
    await invalid(send(ScanCommand, { TableName, Segment: 0 }),
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present');
    await invalid(send(ScanCommand, { TableName, TotalSegments: 2 }),
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present');
    await invalid(send(ScanCommand, { TableName, Segment: -1, TotalSegments: 2 }));
    await invalid(send(ScanCommand, { TableName, Segment: 0, TotalSegments: 1000001 }));
  });
  test('a filter', async () => {
    const { items } = await pages(ScanCommand, {
      TableName, FilterExpression: 'begins_with(pk, :p)', ExpressionAttributeValues: { ':p': 'k1' }, Limit: 9,
    });
    assert.equal(items.length, 11);
  });
});

// L8: a page ends at 1 MB, before filter and projection
test('a page has one megabyte', async () => {
  const TableName = await createTable('megabyte', 'pk:S sk:N');
  const filler = 'x'.repeat(100 * 1024);
  for (let sk = 0; sk < 12; ++sk) await send(PutCommand, { TableName, Item: { pk: 'p', sk, filler } });
  const input = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'p' }, Select: 'COUNT' };
  const page = await send(QueryCommand, input);
  assert.ok(page.Count >= 10 && page.Count <= 11, `${page.Count} items`);
  assert.ok(page.LastEvaluatedKey);
  const filtered = await send(QueryCommand, { ...input, FilterExpression: 'attribute_exists(nothing)' });
  assert.deepEqual([filtered.Count, filtered.ScannedCount], [0, page.Count]);
  assert.ok(filtered.LastEvaluatedKey);
});

// Keys order by bytes: UTF-8 for strings (N14), unsigned for binaries, value for numbers (N6).
describe('key order', () => {
  const cases = [
    ['S', ['', 'A', 'a', 'aa', 'b', 'é', 'ﬀ', '\u{1F600}'].slice(1)],
    ['N', ['-1e100', '-100', '-99.5', '-1', '-0.001', '0', '1e-100', '0.5', '1', '9', '10', '1e3', '1001', '12345678901234567890123456789012345678', '9e125']],
    ['B', [[0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 255]].map((bytes) => new Uint8Array(bytes))],
  ];
  for (const [type, sorted] of cases) {
    test(type, async () => {
      const TableName = await createTable('order', `pk:S sk:${type}`);
      for (const [position, value] of [...sorted.entries()].reverse()) {
        await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'p' }, sk: { [type]: value }, position: { N: `${position}` } } }));
      }
      for (const ScanIndexForward of [true, false]) {
        const { Items } = await client.send(new RawQueryCommand({
          TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p' } }, ScanIndexForward,
        }));
        const positions = Items.map((item) => Number(item.position.N));
        const expected = sorted.map((_, position) => position);
        assert.deepEqual(positions, ScanIndexForward ? expected : expected.reverse());
      }
    });
  }
});
