// E1-E27: expressions, as the service evaluates and refuses them.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  PutItemCommand, QueryCommand as RawQueryCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { client, createTable, documents, fails, index, invalid } from './support.mjs';

let TableName;
let serial = 0;
const send = (Command, input) => documents.send(new Command({ TableName, ...input }));
const fresh = () => `key-${++serial}`;
const read = async (pk) => (await send(GetCommand, { Key: { pk }, ConsistentRead: true })).Item;

before(async () => {
  TableName = await createTable('expressions', 'pk:S');
});

// Stores the item under a key of its own, updates it, and gives the item without the key.
async function update(item, UpdateExpression, values, more = {}) {
  const pk = fresh();
  if (item) await send(PutCommand, { Item: { pk, ...item } });
  const { Attributes } = await send(UpdateCommand, {
    Key: { pk }, UpdateExpression, ExpressionAttributeValues: values, ...more,
  });
  const { pk: _, ...after } = (await read(pk)) ?? {};
  return { after, Attributes, pk };
}

// Whether the condition holds for the item.
async function holds(item, ConditionExpression, values, more = {}) {
  const pk = fresh();
  if (item) await send(PutCommand, { Item: { pk, ...item } });
  try {
    await send(DeleteCommand, { Key: { pk }, ConditionExpression, ExpressionAttributeValues: values, ...more });
    return true;
  } catch (error) {
    assert.equal(error.name, 'ConditionalCheckFailedException', error.message);
    return false;
  }
}

describe('conditions', () => {
  const item = {
    n: 5, s: 'hello', l: [1, 'a', { x: 'y' }], m: { a: { b: 7 } }, ss: new Set(['a', 'b']),
    ns: new Set([1, 2]), b: new Uint8Array([1, 2, 3]), t: true, z: null, e: '',
  };
  const cases = [
    // comparators
    ['n = :v', { ':v': 5 }, true], ['n <> :v', { ':v': 5 }, false], ['n < :v', { ':v': 6 }, true],
    ['n <= :v', { ':v': 5 }, true], ['n > :v', { ':v': 5 }, false], ['n >= :v', { ':v': 5 }, true],
    ['s < :v', { ':v': 'hellp' }, true], ['b < :v', { ':v': new Uint8Array([1, 2, 3, 0]) }, true],
    [':v = n', { ':v': 5 }, true],
    ['n = :v', { ':v': '5' }, false], // types differ
    ['n <> :v', { ':v': '5' }, true],
    // E2
    ['gone <> :v', { ':v': 1 }, true], ['gone = :v', { ':v': 1 }, false],
    ['gone < :v', { ':v': 1 }, false], ['gone = absent', undefined, false],
    ['gone <> absent', undefined, true],
    // N13: maps and sets have no order, lists have
    ['m = :v', { ':v': { a: { b: 7 } } }, true], ['l = :v', { ':v': [1, 'a', { x: 'y' }] }, true],
    ['l = :v', { ':v': ['a', 1, { x: 'y' }] }, false], ['ss = :v', { ':v': new Set(['b', 'a']) }, true],
    // paths
    ['m.a.b = :v', { ':v': 7 }, true], ['l[2].x = :v', { ':v': 'y' }, true], ['l[9] = :v', { ':v': 1 }, false],
    ['s[0] = :v', { ':v': 'h' }, false], ['m[0] = :v', { ':v': 1 }, false],
    // logic; E8: keywords in any case
    ['n = :v AND s = :w OR n = :w', { ':v': 5, ':w': 'hello' }, true],
    ['NOT n = :v', { ':v': 5 }, false], ['not (n = :v and s = :v)', { ':v': 5 }, true],
    ['n Between :v aNd :w', { ':v': 5, ':w': 6 }, true], ['n IN (:v, :w)', { ':v': 9, ':w': 5 }, true],
    ['n = :v OR n = :w AND n = :x', { ':v': 5, ':w': 6, ':x': 7 }, true], // AND binds closer
    ['NOT n = :v OR n = :w', { ':v': 5, ':w': 5 }, true], // NOT binds closer than OR
    ['n BETWEEN :v AND gone', { ':v': 5 }, false],
    // functions
    ['attribute_exists(m.a.b)', undefined, true], ['attribute_exists(m.b)', undefined, false],
    ['attribute_not_exists(m.b)', undefined, true], ['attribute_exists(z)', undefined, true],
    ['attribute_type(n, :v)', { ':v': 'N' }, true], ['attribute_type(z, :v)', { ':v': 'NULL' }, true], // E3
    ['attribute_type(ss, :v)', { ':v': 'SS' }, true], ['attribute_type(gone, :v)', { ':v': 'S' }, false],
    ['begins_with(s, :v)', { ':v': 'hel' }, true], ['begins_with(s, :v)', { ':v': '' }, true],
    ['begins_with(n, :v)', { ':v': 'x' }, false],
    ['begins_with(b, :v)', { ':v': new Uint8Array([1, 2]) }, true],
    ['contains(s, :v)', { ':v': 'ell' }, true], ['contains(ss, :v)', { ':v': 'a' }, true], // E4
    ['contains(l, :v)', { ':v': 'a' }, true], ['contains(l, :v)', { ':v': 'A' }, false],
    ['contains(ns, :v)', { ':v': 2 }, true], ['contains(m, :v)', { ':v': 'a' }, false],
    ['contains(ss, :v)', { ':v': 1 }, false], ['contains(l, :v)', { ':v': { x: 'y' } }, true],
    ['size(s) = :v', { ':v': 5 }, true], ['size(l) = :v', { ':v': 3 }, true], ['size(m) = :v', { ':v': 1 }, true],
    ['size(ss) = :v', { ':v': 2 }, true], ['size(b) = :v', { ':v': 3 }, true], ['size(e) = :v', { ':v': 0 }, true],
    ['size(n) = :v', { ':v': 1 }, false], ['size(gone) > :v', { ':v': -1 }, false],
    ['size(s) BETWEEN :v AND :w', { ':v': 5, ':w': 5 }, true],
  ];
  for (const [expression, values, expected] of cases) {
    test(`${expression} ${JSON.stringify(values)?.slice(0, 40) ?? ''}`, async () => {
      assert.equal(await holds(item, expression, values), expected);
    });
  }

  // N14: a surrogate pair counts two.
  test('size counts UTF-16 code units', async () => {
    assert.equal(await holds({ s: '\u{1F600}x' }, 'size(s) = :v', { ':v': 3 }), true);
  });

  // E1
  test('a condition sees the item before the upsert', async () => {
    const pk = fresh();
    await fails(send(UpdateCommand, {
      Key: { pk }, UpdateExpression: 'SET a = :v', ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':v': 1 },
    }), 'ConditionalCheckFailedException', 'The conditional request failed');
    assert.equal(await read(pk), undefined);
    await send(UpdateCommand, {
      Key: { pk }, UpdateExpression: 'SET a = :v', ConditionExpression: 'attribute_not_exists(a)',
      ExpressionAttributeValues: { ':v': 1 },
    });
    assert.deepEqual(await read(pk), { pk, a: 1 });
  });

  test('ReturnValuesOnConditionCheckFailure gives the item', async () => {
    const pk = fresh();
    await send(PutCommand, { Item: { pk, a: 1 } });
    const failing = { ConditionExpression: 'a = :v', ExpressionAttributeValues: { ':v': 2 } };
    const error = await fails(send(PutCommand, {
      Item: { pk }, ...failing, ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }), 'ConditionalCheckFailedException');
    assert.deepEqual(error.Item, { pk: { S: pk }, a: { N: '1' } });
    const without = await fails(send(DeleteCommand, { Key: { pk }, ...failing }), 'ConditionalCheckFailedException');
    assert.equal(without.Item, undefined);
  });
});

describe('refused conditions', () => {
  const prefix = 'Invalid ConditionExpression: ';
  const one = { ':v': 1 };
  const cases = [
    ['', undefined, 'The expression can not be empty;'], // E16
    ['a =', undefined, 'Syntax error; token: "<EOF>", near: "="'], // V12
    ['a = = :v', one, 'Syntax error; token: "=", near: "= = :v"'],
    ['a.b[-1] = :v', one, /^Invalid ConditionExpression: Syntax error; token: "-", near: "\[-1"/],
    ['(a = :v', one, 'Syntax error; token: "<EOF>", near: ":v"'],
    ['((a = :v))', one, 'The expression has redundant parentheses;'], // V11
    ['size(a)', undefined, 'The function is not allowed to be used this way in an expression; function: size'], // E7
    ['attribute_exists(a) < :v', one, 'The function is not allowed to be used this way in an expression; function: attribute_exists'],
    ['Size(a) = :v', one, 'Invalid function name; function: Size'], // E8
    ['nothing(a)', undefined, 'Invalid function name; function: nothing'],
    ['attribute_exists(a, b)', undefined, 'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2'],
    ['attribute_type(a, :v)', one, 'Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N'], // E3
    ['attribute_type(a, :v)', { ':v': 'Q' }, /Invalid attribute type name found; type: Q, valid types: \{/],
    ['begins_with(a, :v)', one, 'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N'], // E5
    ['contains(a, a)', undefined, 'The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]'], // E4
    ['a BETWEEN :v AND :w', { ':v': 2, ':w': 1 }, 'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}'], // E6
    ['a BETWEEN :v AND :w', { ':v': 1, ':w': 'x' }, 'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:x}'],
    ['name = :v', one, 'Attribute name is a reserved keyword; reserved keyword: name'], // E22
    ['a.Status = :v', one, 'Attribute name is a reserved keyword; reserved keyword: Status'],
    ['#a = :v', one, 'An expression attribute name used in the document path is not defined; attribute name: #a'],
    ['a = :w', undefined, 'An expression attribute value used in expression is not defined; attribute value: :w'],
  ];
  for (const [expression, values, message] of cases) {
    test(expression || '(empty)', async () => {
      await invalid(send(PutCommand, {
        Item: { pk: 'x' }, ConditionExpression: expression, ExpressionAttributeValues: values,
      }), message instanceof RegExp ? message : prefix + message);
    });
  }

  // E6: two bounds that a double cannot tell apart
  test('BETWEEN compares all 38 digits', async () => {
    const call = (low, high) => client.send(new PutItemCommand({
      TableName, Item: { pk: { S: 'between' } }, ConditionExpression: 'NOT a BETWEEN :l AND :h',
      ExpressionAttributeValues: { ':l': { N: low }, ':h': { N: high } },
    }));
    await call('10000000000000000000000000000000000001', '10000000000000000000000000000000000002');
    await invalid(call('10000000000000000000000000000000000002', '10000000000000000000000000000000000001'), /upper bound/);
  });

  // E7
  test('IN takes 100 operands', async () => {
    const call = (count) => {
      const values = Object.fromEntries(Array.from({ length: count }, (_, i) => [`:v${i}`, i]));
      return send(PutCommand, {
        Item: { pk: 'in' }, ConditionExpression: `NOT a IN (${Object.keys(values).join(',')})`, ExpressionAttributeValues: values,
      });
    };
    await call(100);
    await invalid(call(101), 'Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101');
  });

  // V10
  test('300 operators are allowed', async () => {
    const call = (count) => send(PutCommand, {
      Item: { pk: 'ops' }, ConditionExpression: `${'NOT '.repeat(count - 1)}a <> :v`, ExpressionAttributeValues: { ':v': 1 },
    });
    await call(299);
    await invalid(call(301), 'Invalid ConditionExpression: The expression contains too many operators; operator count: 301');
  });

  // V9: size is checked before syntax
  test('4096 bytes are allowed', async () => {
    await invalid(send(PutCommand, { Item: { pk: 'x' }, ConditionExpression: '('.repeat(4097) }),
      'Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097');
  });
});

describe('updates', () => {
  const cases = [
    // E9: everything reads the item as it was
    [{ a: 1 }, 'SET a = :v, b = a', { ':v': 2 }, { a: 2, b: 1 }],
    [{ a: 1, b: 2 }, 'SET a = b, b = a', undefined, { a: 2, b: 1 }],
    [{ l: [0, 1, 2, 3] }, 'REMOVE l[1], l[2]', undefined, { l: [0, 3] }],
    [{ l: [0, 1] }, 'SET l[0] = :v REMOVE l[1]', { ':v': 9 }, { l: [9] }],
    // E10
    [{ l: [0] }, 'SET l[7] = :a, l[5] = :b', { ':a': 'seven', ':b': 'five' }, { l: [0, 'five', 'seven'] }],
    [{ m: { a: 1 } }, 'SET m.b = :v REMOVE m.a', { ':v': 2 }, { m: { b: 2 } }],
    [{ l: [{ x: 1 }] }, 'SET l[0].x = l[0].x + :v', { ':v': 2 }, { l: [{ x: 3 }] }],
    // E13
    [{}, 'ADD n :v', { ':v': 3 }, { n: 3 }], [{ n: 1 }, 'ADD n :v', { ':v': -3 }, { n: -2 }],
    [{ s: new Set(['a']) }, 'ADD s :v', { ':v': new Set(['b', 'a']) }, { s: new Set(['a', 'b']) }],
    [{ m: {} }, 'ADD m.n :v', { ':v': 3 }, { m: { n: 3 } }],
    // E14
    [{ s: new Set(['a', 'b']) }, 'DELETE s :v', { ':v': new Set(['b', 'c']) }, { s: new Set(['a']) }],
    [{ s: new Set(['a']), x: 1 }, 'DELETE s :v', { ':v': new Set(['a']) }, { x: 1 }],
    [{ x: 1 }, 'DELETE s :v', { ':v': new Set(['a']) }, { x: 1 }],
    // E15
    [{ c: 5 }, 'SET c = (c - :v)', { ':v': 2 }, { c: 3 }],
    [{}, 'SET c = if_not_exists(c, :z) + :v', { ':z': 10, ':v': 2 }, { c: 12 }],
    [{}, 'SET l = list_append(if_not_exists(l, :e), :v)', { ':e': [], ':v': [1] }, { l: [1] }],
    [{ l: [1] }, 'SET l = list_append(:v, l)', { ':v': [0] }, { l: [0, 1] }],
    [{ a: 1 }, 'SET b = if_not_exists(b, a)', undefined, { a: 1, b: 1 }],
    // E12: a gone top-level attribute is nothing to complain of
    [{ a: 1 }, 'REMOVE gone', undefined, { a: 1 }], [{ l: [1] }, 'REMOVE l[5]', undefined, { l: [1] }],
    // E16: clauses in any order
    [{ r: 1, n: 1 }, 'remove r add n :v set q = :v', { ':v': 1 }, { n: 2, q: 1 }],
  ];
  for (const [item, expression, values, expected] of cases) {
    test(expression, async () => assert.deepEqual((await update(item, expression, values)).after, expected));
  }

  // E23
  test('a dot in a placeholder is part of the name', async () => {
    const names = { ExpressionAttributeNames: { '#d': 'a.b' } };
    assert.deepEqual((await update({ a: { b: 1 } }, 'SET #d = :v', { ':v': 2 }, names)).after, { a: { b: 1 }, 'a.b': 2 });
  });

  // E19
  test('an update without effect creates a key-only item', async () => {
    for (const input of [{}, { UpdateExpression: 'REMOVE a' },
      { UpdateExpression: 'DELETE s :v', ExpressionAttributeValues: { ':v': new Set(['x']) } }]) {
      const pk = fresh();
      await send(UpdateCommand, { Key: { pk }, ...input });
      assert.deepEqual(await read(pk), { pk });
    }
    const pk = fresh();
    await send(UpdateCommand, { Key: { pk }, AttributeUpdates: { a: { Action: 'DELETE' } } });
    assert.equal(await read(pk), undefined);
  });
});

describe('refused updates', () => {
  const prefix = 'Invalid UpdateExpression: ';
  const one = { ':v': 1 };
  const cases = [
    ['', undefined, 'The expression can not be empty;'],
    ['SET a = :v SET b = :v', one, 'The "SET" section can only be used once in an update expression;'], // E16
    ['SET a = :v, a.b = :v', one, 'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]'], // E11
    ['SET a.b = :v, a[1] = :v', one, 'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]'],
    ['SET a = :v REMOVE a', one, 'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]'],
    ['SET a[-1] = :v', one, /^Invalid UpdateExpression: Syntax error; token: "-", near: "\[-1"/], // E10
    ['SET a[1.5] = :v', one, /^Invalid UpdateExpression: Syntax error; token: /],
    ['ADD a :v', { ':v': 'x' }, 'Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND'], // E13
    ['ADD a :v', { ':v': [1] }, 'Incorrect operand type for operator or function; operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND'],
    ['DELETE a :v', one, 'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND'],
    ['SET a = :v + :w', { ':v': 1, ':w': 'x' }, 'Incorrect operand type for operator or function; operator or function: +, operand type: S'],
    ['SET a = list_append(:v, a)', one, 'Incorrect operand type for operator or function; operator or function: list_append, operand type: N'],
    ['SET a = :v + :v + :v', one, 'Syntax error; token: "+", near: ":v + :v"'], // one operator only
    ['SET a = if_not_exists(a, a)', undefined, 'The first operand must be distinct from the remaining operands for this operator or function; operator: if_not_exists, first operand: [a]'],
    ['SET a = if_not_exists(:v, :v)', one, 'Operator or function requires a document path; operator or function: if_not_exists'], // E15
    ['SET a = contains(a, :v)', one, 'The function is not allowed in an update expression; function: contains'],
    ['SET a = :v b = :v', one, 'Syntax error; token: "b", near: ":v b ="'],
    ['SET status = :v', one, 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['SET a = :missing', undefined, 'An expression attribute value used in expression is not defined; attribute value: :missing'],
  ];
  for (const [expression, values, message] of cases) {
    test(expression || '(empty)', async () => {
      await invalid(send(UpdateCommand, { Key: { pk: 'x' }, UpdateExpression: expression, ExpressionAttributeValues: values }),
        message instanceof RegExp ? message : prefix + message);
    });
  }

  const onItem = [
    [{}, 'SET a.b = :v', one, 'The document path provided in the update expression is invalid for update'], // E12
    [{}, 'REMOVE a.b', undefined, 'The document path provided in the update expression is invalid for update'],
    [{ a: 1 }, 'SET a.b = :v', one, 'The document path provided in the update expression is invalid for update'],
    [{ a: {} }, 'SET a[0] = :v', one, 'The document path provided in the update expression is invalid for update'],
    [{}, 'SET a = b', undefined, 'The provided expression refers to an attribute that does not exist in the item'],
    [{ a: 'x' }, 'SET a = a + :v', one, 'An operand in the update expression has an incorrect data type'], // E13
    [{ a: 'x' }, 'ADD a :v', one, 'An operand in the update expression has an incorrect data type'],
    [{ a: 1 }, 'DELETE a :v', { ':v': new Set(['x']) }, 'An operand in the update expression has an incorrect data type'],
    [{ a: 1 }, 'SET a = list_append(a, :v)', { ':v': [1] }, 'An operand in the update expression has an incorrect data type'],
  ];
  for (const [item, expression, values, message] of onItem) {
    test(`${expression} on ${JSON.stringify(item)}`, async () => invalid(update(item, expression, values), message));
  }

  // E17
  test('key attributes stay', async () => {
    await invalid(send(UpdateCommand, {
      Key: { pk: 'x' }, UpdateExpression: 'SET pk = :v', ExpressionAttributeValues: { ':v': 'x' },
    }), 'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key');
  });

  // V8
  test('placeholders must be used, well formed and meant for an expression', async () => {
    const put = (input) => send(PutCommand, { Item: { pk: 'x' }, ...input });
    const condition = { ConditionExpression: 'attribute_not_exists(zzz)' };
    await invalid(put({ ...condition, ExpressionAttributeValues: { ':v': 1 } }),
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}');
    await invalid(put({ ...condition, ExpressionAttributeNames: { '#n': 'a' } }),
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}');
    await invalid(put({ ...condition, ExpressionAttributeNames: { n: 'a' } }),
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "n"');
    await invalid(put({ ...condition, ExpressionAttributeValues: { v: 1 } }),
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"');
    await invalid(put({ ...condition, ExpressionAttributeNames: {} }), 'ExpressionAttributeNames must not be empty');
    await invalid(put({ ...condition, ExpressionAttributeValues: {} }), 'ExpressionAttributeValues must not be empty');
    await invalid(put({ ExpressionAttributeNames: { '#n': 'a' } }),
      'ExpressionAttributeNames can only be specified when using expressions');
    await invalid(put({ ExpressionAttributeValues: { ':v': 1 } }),
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null');
  });

  // V1: all of it before the table is looked up
  test('an expression is checked before the table', async () => {
    await invalid(send(PutCommand, { TableName: 'no-such-table', Item: { pk: 'x' }, ConditionExpression: 'a =' }),
      /^Invalid ConditionExpression: Syntax error/);
    await fails(send(PutCommand, { TableName: 'no-such-table', Item: { pk: 'x' } }), 'ResourceNotFoundException',
      'Requested resource not found');
  });

  // V7
  test('expression and legacy parameters do not mix', async () => {
    await invalid(send(UpdateCommand, {
      Key: { pk: 'x' }, UpdateExpression: 'REMOVE a', AttributeUpdates: { b: { Action: 'DELETE' } },
    }), 'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates} Expression parameters: {UpdateExpression}');
  });
});

describe('ReturnValues', () => {
  const item = { a: 1, m: { x: 1, y: 2 }, l: [0, 1, 2] };
  const cases = [
    ['NONE', 'SET a = :v', undefined], ['ALL_OLD', 'SET a = :v', item],
    ['ALL_NEW', 'SET a = :v', { ...item, a: 9 }],
    // E18: only the fragments that were touched
    ['UPDATED_OLD', 'SET a = :v, m.x = :v', { a: 1, m: { x: 1 } }],
    ['UPDATED_NEW', 'SET a = :v, m.x = :v', { a: 9, m: { x: 9 } }],
    ['UPDATED_NEW', 'SET l[1] = :v', { l: [9] }],
    ['UPDATED_OLD', 'SET b = :v', undefined],
  ];
  for (const [ReturnValues, expression, expected] of cases) {
    test(`${ReturnValues} ${expression}`, async () => {
      const { Attributes, pk } = await update(item, expression, { ':v': 9 }, { ReturnValues });
      const whole = ReturnValues.startsWith('ALL');
      assert.deepEqual(Attributes, whole ? { pk, ...expected } : expected);
    });
  }

  // E18
  test('UPDATED_NEW after REMOVE has no Attributes', async () => {
    assert.equal((await update(item, 'REMOVE a', undefined, { ReturnValues: 'UPDATED_NEW' })).Attributes, undefined);
  });

  // E27
  test('PutItem and DeleteItem know NONE and ALL_OLD', async () => {
    const pk = fresh();
    assert.equal((await send(PutCommand, { Item: { pk, a: 1 }, ReturnValues: 'ALL_OLD' })).Attributes, undefined);
    assert.deepEqual((await send(PutCommand, { Item: { pk, a: 2 }, ReturnValues: 'ALL_OLD' })).Attributes, { pk, a: 1 });
    assert.deepEqual((await send(DeleteCommand, { Key: { pk }, ReturnValues: 'ALL_OLD' })).Attributes, { pk, a: 2 });
    assert.equal((await send(DeleteCommand, { Key: { pk }, ReturnValues: 'ALL_OLD' })).Attributes, undefined);
    await invalid(send(PutCommand, { Item: { pk }, ReturnValues: 'ALL_NEW' }), /^(ReturnValues can only be ALL_OLD or NONE|Return values set to invalid value)$/);
    await invalid(send(DeleteCommand, { Key: { pk }, ReturnValues: 'UPDATED_OLD' }), /^(ReturnValues can only be ALL_OLD or NONE|Return values set to invalid value)$/);
  });
});

describe('projections', () => {
  const item = { a: 1, m: { x: 1, y: { z: 2 } }, l: [0, { p: 1, q: 2 }, 2, 3] };
  const cases = [
    ['a', { a: 1 }], ['m.x', { m: { x: 1 } }], ['m.y.z, m.x', { m: { x: 1, y: { z: 2 } } }],
    // E20
    ['l[3], l[0]', { l: [0, 3] }], ['l[1].q, l[1].p', { l: [{ p: 1, q: 2 }] }], ['l[9], a', { a: 1 }],
    // E21
    ['nothing', {}], ['m.nothing', {}], ['a.b', {}],
  ];
  for (const [ProjectionExpression, expected] of cases) {
    test(ProjectionExpression, async () => {
      await send(PutCommand, { Item: { pk: 'projected', ...item } });
      assert.deepEqual((await send(GetCommand, { Key: { pk: 'projected' }, ProjectionExpression })).Item, expected);
    });
  }
  const refused = [
    ['a, a', 'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]'],
    ['m.x, m[0]', 'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]'],
    ['', 'The expression can not be empty;'], ['year', 'Attribute name is a reserved keyword; reserved keyword: year'],
    ['a,', 'Syntax error; token: "<EOF>", near: ","'],
  ];
  for (const [ProjectionExpression, message] of refused) {
    test(`refused: ${ProjectionExpression || '(empty)'}`, async () => {
      await invalid(send(GetCommand, { Key: { pk: 'absent' }, ProjectionExpression }), `Invalid ProjectionExpression: ${message}`);
    });
  }
});

// E24, E25
describe('key conditions', () => {
  let table;
  before(async () => {
    table = await createTable('keys', 'pk:S sk:N', {
      types: 'g:S', GlobalSecondaryIndexes: [index('ByG', 'g sk')],
    });
    for (let sk = 1; sk <= 5; ++sk) await documents.send(new PutCommand({ TableName: table, Item: { pk: 'a', sk, g: 'g', s: `s${sk}` } }));
  });
  const query = async (KeyConditionExpression, values, more = {}) => {
    const { Items } = await documents.send(new QueryCommand({
      TableName: table, KeyConditionExpression, ExpressionAttributeValues: { ':p': 'a', ...values }, ...more,
    }));
    return Items.map((item) => item.sk);
  };
  const good = [
    ['pk = :p', {}, [1, 2, 3, 4, 5]], ['sk >= :v AND pk = :p', { ':v': 4 }, [4, 5]],
    [':p = pk AND :v <= sk', { ':v': 4 }, [4, 5]], ['pk = :p AND sk BETWEEN :v AND :w', { ':v': 2, ':w': 3 }, [2, 3]],
    ['(pk = :p) AND (sk < :v)', { ':v': 2 }, [1]], ['pk = :p AND sk > :v', { ':v': 9 }, []],
    ['pk = :p and sk = :v', { ':v': 3 }, [3]],
  ];
  for (const [expression, values, expected] of good) {
    test(expression, async () => assert.deepEqual(await query(expression, values), expected));
  }
  const bad = [
    ['pk > :p', {}, 'Query key condition not supported'],
    ['sk = :p', {}, 'Query condition missed key schema element: pk'],
    ['pk = :p AND another = :v', { ':v': 1 }, 'Query condition missed key schema element: sk'],
    ['pk = :p OR sk = :v', { ':v': 1 }, 'Invalid operator used in KeyConditionExpression: OR'],
    ['pk = :p AND NOT sk = :v', { ':v': 1 }, 'Invalid operator used in KeyConditionExpression: NOT'],
    ['pk = :p AND sk <> :v', { ':v': 1 }, 'Invalid operator used in KeyConditionExpression: <>'],
    ['pk = :p AND sk IN (:v)', { ':v': 1 }, 'Invalid operator used in KeyConditionExpression: IN'],
    ['pk = :p AND sk > :v AND sk < :w', { ':v': 1, ':w': 5 }, 'KeyConditionExpressions must only contain one condition per key'],
    ['pk = :p AND contains(sk, :v)', { ':v': 1 }, 'Invalid operator used in KeyConditionExpression: contains'],
    ['pk = :p AND sk.x = :v', { ':v': 1 }, /nested attributes|must be scalars/],
    ['pk = :p AND sk = :v', { ':v': 'x' }, 'One or more parameter values were invalid: Condition parameter type does not match schema type'],
    ['pk = :p AND sk BETWEEN :v AND :w', { ':v': 3, ':w': 2 }, /BETWEEN operator requires upper bound to be greater than or equal to lower bound/],
    ['pk = :p AND sk = pk', {}, /^Invalid/],
  ];
  for (const [expression, values, message] of bad) {
    test(`refused: ${expression}`, async () => {
      const call = query(expression, values);
      if (message instanceof RegExp) return invalid(call, message);
      const error = await invalid(call);
      assert.equal(error.message.replace(/^Invalid KeyConditionExpression: /, ''), message);
    });
  }
  test('a filter takes no key attribute in Query, but in Scan', async () => {
    const filter = { FilterExpression: 'sk > :v', ExpressionAttributeValues: { ':v': 3 } };
    await invalid(query('pk = :p', { ':v': 3 }, { FilterExpression: 'sk > :v' }),
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk');
    const { Count, ScannedCount } = await documents.send(new ScanCommand({ TableName: table, ...filter }));
    assert.deepEqual([Count, ScannedCount], [2, 5]);
    // On an index the keys of the index count, not those of the table.
    const byIndex = await documents.send(new QueryCommand({
      TableName: table, IndexName: 'ByG', KeyConditionExpression: 'g = :g', FilterExpression: 'pk = :p',
      ExpressionAttributeValues: { ':g': 'g', ':p': 'a' },
    }));
    assert.equal(byIndex.Count, 5);
  });
  test('a filter narrows what is returned, not what is read', async () => {
    const { Count, ScannedCount, Items } = await documents.send(new QueryCommand({
      TableName: table, KeyConditionExpression: 'pk = :p', FilterExpression: 's = :s', Limit: 3,
      ExpressionAttributeValues: { ':p': 'a', ':s': 's2' },
    }));
    assert.deepEqual([Count, ScannedCount, Items.length], [1, 3, 1]);
  });
  test('legacy KeyConditions and QueryFilter', async () => {
    const { Items } = await client.send(new RawQueryCommand({
      TableName: table,
      KeyConditions: {
        pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] },
        sk: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '2' }, { N: '4' }] },
      },
      QueryFilter: { s: { ComparisonOperator: 'NE', AttributeValueList: [{ S: 's3' }] } },
      AttributesToGet: ['sk'],
    }));
    assert.deepEqual(Items, [{ sk: { N: '2' } }, { sk: { N: '4' } }]);
  });
});

// E26
describe('legacy conditions', () => {
  const attempt = async (item, Expected, more = {}) => {
    const pk = fresh();
    await send(PutCommand, { Item: { pk, ...item } });
    try {
      await client.send(new UpdateItemCommand({
        TableName, Key: { pk: { S: pk } }, Expected, AttributeUpdates: { done: { Value: { BOOL: true } } }, ...more,
      }));
      return true;
    } catch (error) {
      assert.equal(error.name, 'ConditionalCheckFailedException', error.message);
      return false;
    }
  };
  const condition = (ComparisonOperator, ...AttributeValueList) => ({ ComparisonOperator, AttributeValueList });
  const cases = [
    [{ a: 1 }, { a: { Value: { N: '1' } } }, true], [{ a: 1 }, { a: { Exists: false } }, false],
    [{}, { a: { Exists: false } }, true], [{ a: 1 }, { a: { Exists: true, Value: { N: '2' } } }, false],
    [{ a: 1 }, { a: { ComparisonOperator: 'NOT_NULL' } }, true], [{}, { a: { ComparisonOperator: 'NULL' } }, true],
    [{ a: 5 }, { a: condition('BETWEEN', { N: '1' }, { N: '9' }) }, true],
    [{ a: 5 }, { a: condition('IN', { N: '1' }, { N: '5' }) }, true],
    [{}, { a: condition('NE', { N: '1' }) }, true],
    [{ a: new Set(['x']) }, { a: condition('CONTAINS', { S: 'x' }) }, true],
    [{ a: 'abc' }, { a: condition('NOT_CONTAINS', { S: 'z' }) }, true],
    [{ a: 'abc' }, { a: condition('BEGINS_WITH', { S: 'ab' }) }, true],
  ];
  for (const [item, expected, outcome] of cases) {
    test(JSON.stringify(expected), async () => assert.equal(await attempt(item, expected), outcome));
  }
  test('ConditionalOperator', async () => {
    const either = { a: condition('EQ', { N: '1' }), b: condition('EQ', { N: '9' }) };
    assert.equal(await attempt({ a: 1, b: 1 }, either, { ConditionalOperator: 'OR' }), true);
    assert.equal(await attempt({ a: 1, b: 1 }, either, { ConditionalOperator: 'AND' }), false);
    assert.equal(await attempt({ a: 1 }, { a: condition('EQ', { N: '1' }) }, { ConditionalOperator: 'OR' }), true);
  });
  test('AttributeUpdates PUT, ADD and DELETE', async () => {
    const pk = fresh();
    await send(PutCommand, { Item: { pk, n: 1, gone: 1, s: new Set(['a', 'b']), l: [1] } });
    await client.send(new UpdateItemCommand({
      TableName, Key: { pk: { S: pk } },
      AttributeUpdates: {
        p: { Action: 'PUT', Value: { S: 'x' } }, n: { Action: 'ADD', Value: { N: '4' } }, gone: { Action: 'DELETE' },
        s: { Action: 'DELETE', Value: { SS: ['a'] } }, l: { Action: 'ADD', Value: { L: [{ N: '2' }] } }, // E13
      },
    }));
    assert.deepEqual(await read(pk), { pk, p: 'x', n: 5, s: new Set(['b']), l: [1, 2] });
  });
});
