// P1-P11: PartiQL with the document client.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  BatchExecuteStatementCommand, BatchWriteCommand, ExecuteStatementCommand, ExecuteTransactionCommand,
  GetCommand, PutCommand, TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { createTable, documents, fails, index, invalid } from './support.mjs';

let T; // the table's name, quoted
let TableName;
let serial = 0;
const fresh = () => `p-${++serial}`;
const execute = (Statement, Parameters, more = {}) =>
  documents.send(new ExecuteStatementCommand({ Statement, Parameters, ...more }));
const items = async (...call) => (await execute(...call)).Items;
const batch = (Statements, more = {}) => documents.send(new BatchExecuteStatementCommand({ Statements, ...more }));
const transact = (TransactStatements, more = {}) =>
  documents.send(new ExecuteTransactionCommand({ TransactStatements, ...more }));
const statement = (Statement, ...Parameters) => (Parameters.length ? { Statement, Parameters } : { Statement });
const read = async (pk, sk) =>
  (await documents.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item;
const insert = (Item) => documents.send(new PutCommand({ TableName, Item }));

before(async () => {
  TableName = await createTable('partiql', 'pk:S sk:N', {
    types: 'g:S lk:S',
    GlobalSecondaryIndexes: [index('ByG', 'g sk'), index('Keys', 'g', { ProjectionType: 'KEYS_ONLY' })],
    LocalSecondaryIndexes: [index('ByL', 'pk lk', { ProjectionType: 'KEYS_ONLY' })],
  });
  T = `"${TableName}"`;
});

describe('statements', () => {
  test('literals and parameters of all types are stored as they are', async () => {
    const pk = fresh();
    await execute(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 1, 's': 'it''s', 'n': -1.5e1, 't': TRUE, 'z': null,
      'l': [1, 'a', {'x': []}], 'ss': <<'b', 'a'>>, 'ns': <<2, 1>>, 'b': ?, 'm': ?}`,
    [pk, new Uint8Array([255, 0]), { deep: [{ er: 1 }] }]);
    assert.deepEqual(await read(pk, 1), {
      pk, sk: 1, s: "it's", n: -15, t: true, z: null, l: [1, 'a', { x: [] }],
      ss: new Set(['a', 'b']), ns: new Set([1, 2]), b: new Uint8Array([255, 0]), m: { deep: [{ er: 1 }] },
    });
  });

  // P1
  test('INSERT adds, UPDATE changes, DELETE takes away what is there', async () => {
    const pk = fresh();
    const value = `INSERT INTO ${T} VALUE {'pk': '${pk}', 'sk': 1, 'n': 1}`;
    assert.deepEqual((await execute(value)).Items, []);
    await fails(execute(value), 'DuplicateItemException', 'Duplicate primary key exists in table');
    await execute(`INSERT INTO ${T} VALUE {'pk': '${pk}', 'sk': 1, 'n': 2} IF NOT EXISTS`);
    assert.equal((await read(pk, 1)).n, 1);
    await fails(execute(`UPDATE ${T} SET n = 1 WHERE pk = ? AND sk = 2`, [pk]),
      'ConditionalCheckFailedException', 'The conditional request failed');
    assert.equal(await read(pk, 2), undefined);
    assert.deepEqual(await items(`DELETE FROM ${T} WHERE pk = ? AND sk = 2 RETURNING ALL OLD *`, [pk]), []);
    assert.deepEqual(await items(`DELETE FROM ${T} WHERE pk = ? AND sk = 1 RETURNING ALL OLD *`, [pk]), [{ pk, sk: 1, n: 1 }]);
  });

  test('UPDATE sets, calculates, removes, and changes lists and sets', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, n: 1, l: [1], s: new Set(['a', 'b']), gone: true, m: { x: 1 } });
    await execute(`UPDATE ${T} SET n = n + 100, m.y = [2020, 'v'] SET l = LIST_APPEND(l, [4, ?])
      REMOVE gone SET s = set_add(s, <<'c'>>) WHERE pk = ? AND sk = 1`, [5, pk]);
    assert.deepEqual(await read(pk, 1),
      { pk, sk: 1, n: 101, l: [1, 4, 5], s: new Set(['a', 'b', 'c']), m: { x: 1, y: [2020, 'v'] } });
    await execute(`UPDATE ${T} SET n = n - 1 REMOVE l[1] REMOVE m.x SET s = SET_DELETE(s, <<'a', 'b'>>)
      WHERE pk = ? AND sk = 1`, [pk]);
    assert.deepEqual(await read(pk, 1), { pk, sk: 1, n: 100, l: [1, 5], s: new Set(['c']), m: { y: [2020, 'v'] } });
    await invalid(execute(`UPDATE ${T} SET a = 1 SET a = 2 WHERE pk = 'x' AND sk = 1`), /^Two document paths overlap/);
    await invalid(execute(`UPDATE ${T} SET sk = 2 WHERE pk = 'x' AND sk = 1`), /Cannot update attribute sk/);
  });

  // P2
  test('what is beside the key is a condition', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, n: 1 });
    const error = await fails(execute(`UPDATE ${T} SET n = 3 WHERE pk = ? AND sk = 1 AND n = 2`, [pk],
      { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }), 'ConditionalCheckFailedException');
    assert.deepEqual(error.Item, { pk: { S: pk }, sk: { N: '1' }, n: { N: '1' } });
    await fails(execute(`DELETE FROM ${T} WHERE pk = ? AND sk = 1 AND n > 1`, [pk]), 'ConditionalCheckFailedException');
    await execute(`UPDATE ${T} SET n = 3 WHERE n IN [1, 2] AND pk = ? AND sk = 1 AND x IS MISSING`, [pk]);
    assert.equal((await read(pk, 1)).n, 3);
    await invalid(execute(`DELETE FROM ${T} WHERE pk = ?`, [pk]),
      'Where clause does not contain a mandatory equality on all key attributes');
  });

  // P3
  test('RETURNING', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, l: ['a', 'b'], m: { x: 1, y: 2 } });
    const where = `WHERE pk = '${pk}' AND sk = 1 RETURNING`;
    assert.deepEqual(await items(`UPDATE ${T} SET l[1] = 'c' ${where} MODIFIED NEW *`), [{ l: ['c'] }]);
    assert.deepEqual(await items(`UPDATE ${T} SET m.x = 5 ${where} MODIFIED OLD *`), [{ m: { x: 1 } }]);
    assert.deepEqual(await items(`UPDATE ${T} REMOVE m ${where} MODIFIED NEW *`), []);
    assert.deepEqual(await items(`UPDATE ${T} SET n = 1 ${where} ALL OLD *`), [{ pk, sk: 1, l: ['a', 'c'] }]);
    assert.deepEqual(await items(`UPDATE ${T} SET n = 2 ${where} ALL NEW *`), [{ pk, sk: 1, l: ['a', 'c'], n: 2 }]);
    await invalid(execute(`DELETE FROM ${T} ${where} ALL NEW *`));
    await invalid(transact([statement(`UPDATE ${T} SET n = 3 ${where} ALL OLD *`)]));
    assert.equal((await read(pk, 1)).n, 2);
  });

  // P6
  test('aggregates are refused', async () => {
    await invalid(execute(`SELECT COUNT(*) FROM ${T}`), 'Unexpected path component at 1:8:5');
    await invalid(execute(`SELECT MAX(n) FROM ${T}`), /^Unexpected path component/);
  });

  // P9
  test('what is not well formed is said to be so', async () => {
    const prefix = "Statement wasn't well formed, can't be processed: ";
    await invalid(execute('EXPLAIN SELECT'), `${prefix}Expected data manipulation`);
    for (const text of ['SELECT * FROM', 'SELECT * FROM "a".', 'DELETE a WHERE c = 1',
      `SELECT * FROM ${T} WHERE a = 'x`]) {
      const error = await invalid(execute(text));
      assert.ok(error.message.startsWith(prefix), error.message);
    }
    await invalid(execute('DELETE FROM a.b WHERE c = 1'), 'This operation is not supported on an index');
    await invalid(execute(`SELECT * FROM ${T} t`), 'Aliasing is not supported');
    await invalid(execute(`INSERT INTO ${T} VALUE ?`, [{ pk: 'a', sk: 1 }]), /^Unsupported format in item expression/);
    await invalid(execute(`SELECT * FROM ${T} WHERE pk = ?`), "Number of parameters in request and statement don't match.");
  });

  // P8
  test('an order of what has none is refused before the table is looked for', async () => {
    await invalid(execute('SELECT * FROM "nowhere-at-all" WHERE a < TRUE'), /^Incorrect operand type/);
    await fails(execute('SELECT * FROM "nowhere-at-all" WHERE a < 1'), 'ResourceNotFoundException');
  });

  // P10
  test('depth and size do no harm', async () => {
    for (const text of ['('.repeat(4000), 'NOT '.repeat(2000), '('.repeat(250), `${'('.repeat(3000)}a = 1${')'.repeat(3000)}`,
      'a = 1 OR '.repeat(800), '[', 'a IN ['.repeat(900), '<<'.repeat(2000)]) {
      await invalid(execute(`SELECT * FROM ${T} WHERE ${text}`));
    }
    await invalid(execute(`INSERT INTO ${T} VALUE ${"{'a':".repeat(1000)}`));
    await invalid(execute(`SELECT * FROM ${T} WHERE a = '${'x'.repeat(8192)}'`), /less than or equal to 8192/);
    assert.deepEqual(await items(`SELECT * FROM ${T} WHERE ${'('.repeat(250)}pk = 'none' AND sk = 1${')'.repeat(250)}`), []);
  });
});

describe('SELECT', () => {
  let a;
  let b;
  before(async () => {
    [a, b] = [fresh(), fresh()];
    const row = (pk, sk) => ({ pk, sk, n: sk * 10, even: sk % 2 === 0, g: `g-${a}`, lk: `l${9 - sk}`, m: { list: ['x', { y: sk }] } });
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]:
      [1, 2, 3, 4, 5].flatMap((sk) => [row(a, sk), row(b, sk)]).map((Item) => ({ PutRequest: { Item } })) } }));
    await insert({ pk: fresh(), sk: 0, odd: 'one', g: `g-${a}`, z: null });
  });
  const keys = async (rest, parameters) =>
    (await items(`SELECT pk, sk FROM ${T}${rest}`, parameters)).map(({ pk, sk }) => `${pk === a ? 'a' : 'b'}${sk}`).join(' ');

  test('conditions', async () => {
    const where = (text, ...parameters) => keys(` WHERE pk = '${a}' AND ${text}`, parameters.length ? parameters : undefined);
    assert.equal(await where('sk = 3'), 'a3');
    assert.equal(await where('n > 30'), 'a4 a5');
    assert.equal(await where('sk >= ? AND sk < ?', 2, 4), 'a2 a3');
    assert.equal(await where('sk BETWEEN 2 AND 3'), 'a2 a3');
    assert.equal(await where('(n BETWEEN 20 AND 30 OR sk = 5)'), 'a2 a3 a5');
    assert.equal(await where('n IN [10, 50, 70]'), 'a1 a5');
    assert.equal(await where('NOT (even = TRUE) AND n <> 10'), 'a3 a5');
    assert.equal(await where('n != 10 AND n <= 20'), 'a2');
    assert.equal(await where('even IS MISSING'), '');
    assert.equal(await where('even IS NOT MISSING AND sk > 4'), 'a5');
    assert.equal(await where("m.list[1].y = 2 AND begins_with(lk, 'l')"), 'a2');
    assert.equal(await where("contains(m.list, 'x') AND size(m.list) = 2 AND attribute_type(m, 'M') AND sk < 2"), 'a1');
  });

  // P8
  test('NOT keeps what lacks the attribute, IS NULL wants the type', async () => {
    assert.equal((await items(`SELECT * FROM ${T} WHERE g = ? AND sk < 1 AND NOT even = TRUE`, [`g-${a}`])).length, 1);
    assert.equal((await items(`SELECT * FROM ${T} WHERE g = ? AND sk < 1 AND z IS NULL`, [`g-${a}`])).length, 1);
    assert.equal((await items(`SELECT * FROM ${T} WHERE g = ? AND sk < 1 AND even IS NULL`, [`g-${a}`])).length, 0);
  });

  test('columns are named by their last part', async () => {
    assert.deepEqual(await items(`SELECT n, m.list[1].y, m.list[0], none FROM ${T} WHERE pk = ? AND sk = 2`, [a]),
      [{ n: 20, y: 2, 'list[0]': 'x' }]);
  });

  test('listed partition keys, and ORDER BY', async () => {
    assert.equal(await keys(' WHERE pk IN [?, ?, ?] AND sk > 3', [b, a, 'none']), 'b4 b5 a4 a5');
    assert.equal(await keys(' WHERE pk = ? OR pk = ? ORDER BY pk, sk DESC', [b, a]), 'a5 a4 a3 a2 a1 b5 b4 b3 b2 b1');
    assert.equal(await keys(' WHERE pk = ? ORDER BY sk DESC', [a]), 'a5 a4 a3 a2 a1');
    await invalid(execute(`SELECT * FROM ${T} ORDER BY sk`), /^Must have WHERE clause/);
    await invalid(execute(`SELECT * FROM ${T} WHERE n = 1 ORDER BY sk`), /^Must have at least one non-optional hash key/);
    await invalid(execute(`SELECT * FROM ${T} WHERE pk = 'a' ORDER BY n`), /must be part of the primary key$/);
  });

  // P4
  test('indexes', async () => {
    assert.equal(await keys('."ByG" WHERE g = ? AND sk > 4', [`g-${a}`]).then((text) => text.split(' ').sort().join(' ')), 'a5 b5');
    assert.equal(await keys('."ByL" WHERE pk = ? ORDER BY lk', [a]), 'a5 a4 a3 a2 a1');
    assert.deepEqual(await items(`SELECT n FROM ${T}."ByL" WHERE pk = ? AND lk = 'l6'`, [a]), [{ n: 30 }]); // from the table
    await invalid(execute(`SELECT n FROM ${T}."Keys" WHERE g = 'x'`), /does not project \[n\]$/);
    await invalid(execute(`SELECT * FROM ${T}."none"`), 'The table does not have the specified index: none');
    await invalid(execute(`SELECT * FROM ${T}."ByG"`, undefined, { ConsistentRead: true }),
      'Consistent reads are not supported on global secondary indexes');
    assert.equal((await items(`SELECT * FROM ${T}."ByL" WHERE pk = ?`, [a], { ConsistentRead: true })).length, 5);
    await invalid(execute(`SELECT * FROM ${T}."ByG"."x"`));
    await invalid(execute(`SELECT * FROM ${T}.""`));
    await invalid(execute(`UPDATE ${T}."ByG" SET n = 1 WHERE g = 'x'`));
  });

  // P7
  test('pages count the rows looked at, and belong to their statement', async () => {
    const text = `SELECT sk FROM ${T} WHERE pk = ? AND n >= 40`;
    const found = [];
    let NextToken;
    let pages = 0;
    let empty = 0;
    do {
      const page = await execute(text, [a], { Limit: 2, NextToken });
      found.push(...page.Items.map(({ sk }) => sk));
      empty += page.Items.length === 0 ? 1 : 0;
      assert.equal(page.NextToken === undefined, page.LastEvaluatedKey === undefined);
      if (page.NextToken) {
        await invalid(execute(text, [b], { NextToken: page.NextToken }), 'NextToken does not match request');
        await invalid(execute(`${text} AND n < 90`, [a], { NextToken: page.NextToken }), 'NextToken does not match request');
      }
      ({ NextToken } = page);
      pages += 1;
    } while (NextToken);
    assert.deepEqual([found, pages, empty], [[4, 5], 3, 1]);
    await invalid(execute(text, [a], { NextToken: 'AAAA' }));
  });

  test('a list of keys is answered ten rows at a time', async () => {
    const text = `SELECT pk, sk FROM ${T} WHERE pk IN [${[a, b, ...Array.from({ length: 30 }, (_, i) => `x${i}`)].map((k) => `'${k}'`)}]`;
    const sizes = [];
    let NextToken;
    do {
      const page = await execute(text, undefined, { NextToken });
      sizes.push(page.Items.length);
      ({ NextToken } = page);
    } while (NextToken);
    assert.deepEqual(sizes, [10, 0, 0, 0, 0]); // the second begins at the end of the second key's rows (Q2)
  });

  // P11
  test('without a key it is a scan', async () => {
    const all = await items(`SELECT pk FROM ${T} WHERE g = ?`, [`g-${a}`]);
    assert.equal(all.length, 11);
    assert.ok((await items(`SELECT * FROM ${T}`)).length >= 11);
  });
});

// P5
describe('BatchExecuteStatement', () => {
  test('runs each statement by itself', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, n: 1 });
    await insert({ pk, sk: 5, n: 1 });
    const { Responses } = await batch([
      statement(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 2}`, pk),
      statement(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 1}`, pk),
      { ...statement(`UPDATE ${T} SET n = 2 WHERE pk = ? AND sk = 5 AND n = 7`, pk), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
      statement('no statement'),
      statement(`DELETE FROM ${T} WHERE pk = ? AND sk = 4`, pk),
    ]);
    assert.deepEqual(Responses.map(({ Error, ...rest }) => ({ ...rest, Code: Error?.Code })), [
      { TableName, Code: undefined },
      { TableName, Code: 'DuplicateItem' },
      { TableName, Code: 'ConditionalCheckFailed' },
      { Code: 'ValidationError' },
      { TableName, Code: undefined },
    ]);
    assert.equal(Responses[2].Error.Item, undefined); // accepted, and inert
    assert.deepEqual(await read(pk, 2), { pk, sk: 2 });
  });

  test('reads by whole keys, and returns what RETURNING asks for', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, n: 1 });
    const { Responses, ConsumedCapacity } = await batch([
      statement(`SELECT n FROM ${T} WHERE pk = ? AND sk = 1`, pk),
      statement(`SELECT n FROM ${T} WHERE pk = ? AND sk = 2`, pk),
      statement(`SELECT n FROM ${T} WHERE pk = ?`, pk),
      statement(`SELECT n FROM ${T}."ByG" WHERE g = 'x' AND sk = 1`),
    ], { ReturnConsumedCapacity: 'TOTAL' });
    assert.deepEqual(Responses.slice(0, 2), [{ TableName, Item: { n: 1 } }, { TableName }]);
    for (const { Error, ...rest } of Responses.slice(2)) {
      assert.deepEqual([Error.Code, rest], ['ValidationError', {}]);
    }
    assert.deepEqual(ConsumedCapacity, [{ TableName, CapacityUnits: 1 }]);
    const written = await batch([statement(`UPDATE ${T} SET n = 2 WHERE pk = ? AND sk = 1 RETURNING ALL NEW *`, pk)]);
    assert.deepEqual(written.Responses, [{ TableName, Item: { pk, sk: 1, n: 2 } }]);
  });

  test('refuses mixtures and one item twice', async () => {
    const pk = fresh();
    await invalid(batch([statement(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 1}`, pk),
      statement(`SELECT * FROM ${T} WHERE pk = ? AND sk = 1`, pk)]));
    await invalid(batch([statement(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 1}`, pk),
      statement(`DELETE FROM ${T} WHERE pk = ? AND sk = 1.0`, pk)]), 'Provided list of item keys contains duplicates');
    assert.equal(await read(pk, 1), undefined);
  });
});

describe('ExecuteTransaction', () => {
  test('writes all or nothing', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, n: 1 });
    await transact([
      statement(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 2}`, pk),
      statement(`EXISTS(SELECT * FROM ${T} WHERE pk = ? AND sk = 1 AND n = 1)`, pk),
    ]);
    const error = await fails(transact([
      statement(`UPDATE ${T} SET n = 2 WHERE pk = ? AND sk = 1`, pk),
      statement(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 2}`, pk),
      statement(`EXISTS(SELECT * FROM ${T} WHERE pk = ? AND sk = 3 AND n = 1)`, pk),
    ]), 'TransactionCanceledException');
    assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code), ['None', 'DuplicateItem', 'ConditionalCheckFailed']);
    assert.equal((await read(pk, 1)).n, 1);
  });

  test('reads at one point', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, n: 1 });
    const { Responses, ConsumedCapacity } = await transact([
      statement(`SELECT n FROM ${T} WHERE pk = ? AND sk = 1`, pk),
      statement(`SELECT * FROM ${T} WHERE pk = ? AND sk = 2`, pk),
    ], { ReturnConsumedCapacity: 'TOTAL' });
    assert.deepEqual(Responses, [{ Item: { n: 1 } }, {}]);
    assert.deepEqual(ConsumedCapacity, [{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }]); // C3, C4
  });

  // T5
  test('a token makes it happen once, and is not one of TransactWriteItems', async () => {
    const pk = fresh();
    await insert({ pk, sk: 1, n: 1 });
    const ClientRequestToken = `token-${process.pid}-${pk}`;
    const add = [statement(`UPDATE ${T} SET n = n + 1 WHERE pk = ? AND sk = 1`, pk)];
    await transact(add, { ClientRequestToken });
    await transact(add, { ClientRequestToken });
    assert.equal((await read(pk, 1)).n, 2);
    await fails(transact([statement(`UPDATE ${T} SET n = n + 2 WHERE pk = ? AND sk = 1`, pk)], { ClientRequestToken }),
      'IdempotentParameterMismatchException');
    await documents.send(new TransactWriteCommand({
      ClientRequestToken, TransactItems: [{ Delete: { TableName, Key: { pk, sk: 1 } } }],
    }));
    assert.equal(await read(pk, 1), undefined);
  });

  // P3, P4
  test('refuses what has no place in it', async () => {
    const pk = fresh();
    const put = statement(`INSERT INTO ${T} VALUE {'pk': ?, 'sk': 1}`, pk);
    await invalid(transact([put, statement(`SELECT * FROM ${T} WHERE pk = ? AND sk = 2`, pk)]));
    await invalid(transact([statement(`SELECT * FROM ${T}."ByG" WHERE g = 'x' AND sk = 2`)]));
    await invalid(transact([put, put]), 'Transaction request cannot include multiple operations on one item');
    await invalid(execute(`EXISTS(SELECT * FROM ${T} WHERE pk = ? AND sk = 1)`, [pk]));
    assert.equal(await read(pk, 1), undefined);
  });
});
