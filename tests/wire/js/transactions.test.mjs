// T1-T9: transactions.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { GetCommand, PutCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createTable, documents, fails, invalid } from './support.mjs';

let TableName;
let serial = 0;
const fresh = () => `t-${++serial}`;
const send = (Command, input) => documents.send(new Command(input));
const put = (item) => send(PutCommand, { TableName, Item: item });
const read = async (pk) => (await send(GetCommand, { TableName, Key: { pk }, ConsistentRead: true })).Item;
const write = (TransactItems, more = {}) => send(TransactWriteCommand, { TransactItems, ...more });
const Put = (Item, more = {}) => ({ Put: { TableName, Item, ...more } });
const Delete = (pk, more = {}) => ({ Delete: { TableName, Key: { pk }, ...more } });
const Check = (pk, ConditionExpression, more = {}) => ({ ConditionCheck: { TableName, Key: { pk }, ConditionExpression, ...more } });
const Update = (pk, UpdateExpression, values, more = {}) => ({
  Update: { TableName, Key: { pk }, UpdateExpression, ExpressionAttributeValues: values, ...more },
});

before(async () => {
  TableName = await createTable('transactions', 'pk:S');
});

const cancelled = async (call, codes) => {
  const error = await fails(call, 'TransactionCanceledException');
  assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code), codes, error.message);
  assert.equal(error.message, 'Transaction cancelled, please refer cancellation reasons for specific reasons '
    + `[${codes.join(', ')}]`);
  return error.CancellationReasons;
};

describe('TransactWriteItems', () => {
  test('all four actions at once', async () => {
    const [a, b, c, d] = [fresh(), fresh(), fresh(), fresh()];
    await put({ pk: b, n: 1 });
    await put({ pk: c });
    await put({ pk: d, ok: true });
    await write([Put({ pk: a }), Update(b, 'ADD n :v', { ':v': 4 }), Delete(c), Check(d, 'ok = :t', { ExpressionAttributeValues: { ':t': true } })]);
    assert.deepEqual([await read(a), await read(b), await read(c)], [{ pk: a }, { pk: b, n: 5 }, undefined]);
  });

  // T1
  test('every failing condition is reported at its position', async () => {
    const [a, b, c] = [fresh(), fresh(), fresh()];
    await put({ pk: b });
    const reasons = await cancelled(write([
      Check(a, 'attribute_exists(pk)'), Put({ pk: c }), Put({ pk: b }, { ConditionExpression: 'attribute_not_exists(pk)' }),
    ]), ['ConditionalCheckFailed', 'None', 'ConditionalCheckFailed']);
    assert.equal(reasons[0].Message, 'The conditional request failed');
    assert.equal(reasons[1].Message, undefined);
    assert.equal(await read(c), undefined);
  });

  // T2
  test('after a validation error conditions are not looked at', async () => {
    const [a, b] = [fresh(), fresh()];
    await put({ pk: b, s: 'text' });
    const reasons = await cancelled(write([Check(a, 'attribute_exists(pk)'), Update(b, 'SET s = s + :v', { ':v': 1 })]),
      ['None', 'ValidationError']);
    assert.equal(reasons[1].Message, 'An operand in the update expression has an incorrect data type');
  });

  // T3
  test('a key of the wrong type cancels', async () => {
    const reasons = await cancelled(write([Put({ pk: fresh() }), Delete(5)]), ['None', 'ValidationError']);
    assert.match(reasons[1].Message, /key element does not match the schema|Type mismatch/);
  });

  // T3, T4
  test('what is refused before it starts', async () => {
    const one = fresh();
    await invalid(write([Put({ pk: one }), Check(one, 'attribute_exists(pk)')]),
      'Transaction request cannot include multiple operations on one item');
    await invalid(write([Put({ pk: one }, { ConditionExpression: 'a =' })]), /Syntax error; token: "<EOF>"/);
    await invalid(write([Put({ pk: one }, { ConditionExpression: 'attribute_exists(a)', ExpressionAttributeNames: { '#u': 'x' } })]),
      /Value provided in ExpressionAttributeNames unused in expressions: keys: \{#u\}/);
    await invalid(write([Put({ pk: '' })]), /cannot contain an empty string value/);
    await invalid(write([]));
    await invalid(write(Array.from({ length: 101 }, (_, i) => Put({ pk: `m${i}` }))));
    await invalid(write([{ ...Put({ pk: one }), ...Delete(one) }]));
    await invalid(write([{}]));
    await invalid(write([Check(one, '')]));
    await fails(write([{ Put: { TableName: 'no-such-table', Item: { pk: one } } }]), 'ResourceNotFoundException');
    assert.equal(await read(one), undefined);
  });

  test('100 actions', async () => {
    const keys = Array.from({ length: 100 }, () => fresh());
    await write(keys.map((pk) => Put({ pk })));
    const { Responses } = await send(TransactGetCommand, { TransactItems: keys.map((pk) => ({ Get: { TableName, Key: { pk } } })) });
    assert.deepEqual(Responses.map(({ Item }) => Item.pk), keys);
  });

  // T5
  test('a ClientRequestToken makes it once', async () => {
    const pk = fresh();
    const token = { ClientRequestToken: `token-${process.pid}-${pk}` };
    await write([Update(pk, 'ADD n :v', { ':v': 1 })], token);
    await write([Update(pk, 'ADD n :v', { ':v': 1 })], token);
    assert.equal((await read(pk)).n, 1);
    await fails(write([Update(pk, 'ADD n :v', { ':v': 2 })], token), 'IdempotentParameterMismatchException');
    await invalid(write([Put({ pk })], { ClientRequestToken: 'x'.repeat(37) }));
  });

  // T6
  test('ALL_OLD puts the item into the reason', async () => {
    const pk = fresh();
    await put({ pk, n: 7, s: 'x' });
    const reasons = await cancelled(write([Update(pk, 'SET n = :v', { ':v': 8 }, {
      ConditionExpression: 'n = :v', ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })]), ['ConditionalCheckFailed']);
    assert.deepEqual(reasons[0].Item, { pk: { S: pk }, n: { N: '7' }, s: { S: 'x' } });
  });

  // T9: money moves between accounts, and never more or less of it is seen
  test('transfers keep the sum', async () => {
    const accounts = [fresh(), fresh(), fresh()];
    for (const pk of accounts) await put({ pk, balance: 100 });
    const transfer = async (from, to, amount) => {
      try {
        await write([
          Update(from, 'SET balance = balance - :a', { ':a': amount }, { ConditionExpression: 'balance >= :a' }),
          Update(to, 'SET balance = balance + :a', { ':a': amount }),
        ]);
      } catch (error) { // a conflict or too little money
        assert.equal(error.name, 'TransactionCanceledException', error.message);
      }
    };
    const sums = [];
    const watch = async () => {
      try {
        const { Responses } = await send(TransactGetCommand, { TransactItems: accounts.map((pk) => ({ Get: { TableName, Key: { pk } } })) });
        sums.push(Responses.reduce((sum, { Item }) => sum + Item.balance, 0));
      } catch (error) {
        assert.equal(error.name, 'TransactionCanceledException', error.message);
      }
    };
    const work = Array.from({ length: 40 }, (_, i) => [
      transfer(accounts[i % 3], accounts[(i + 1 + (i % 2)) % 3], 1 + (i * 7) % 40), watch(),
    ]);
    await Promise.all(work.flat());
    await watch();
    assert.ok(sums.length > 0 && sums.every((sum) => sum === 300), String(sums));
  });
});

describe('TransactGetItems', () => {
  // E21
  test('answers are in order; what is missing has no Item', async () => {
    const [a, b] = [fresh(), fresh()];
    await put({ pk: a, x: 1, y: 2 });
    const Get = (pk, more = {}) => ({ Get: { TableName, Key: { pk }, ...more } });
    const { Responses } = await send(TransactGetCommand, { TransactItems: [
      Get(b), Get(a, { ProjectionExpression: '#x', ExpressionAttributeNames: { '#x': 'x' } }),
    ] });
    assert.deepEqual(Responses.map(({ Item }) => Item), [undefined, { x: 1 }]);
    await invalid(send(TransactGetCommand, { TransactItems: [Get(a), Get(a)] }),
      'Transaction request cannot include multiple operations on one item');
    await invalid(send(TransactGetCommand, { TransactItems: Array.from({ length: 101 }, (_, i) => Get(`g${i}`)) }));
  });
});

// The counter of E1/E9 under contention: each success is visible exactly once.
test('conditional updates do not lose each other', async () => {
  const pk = fresh();
  await put({ pk, version: 0 });
  const bump = async () => {
    for (;;) {
      const { version } = await read(pk);
      try {
        await send(UpdateCommand, {
          TableName, Key: { pk }, UpdateExpression: 'SET version = :next', ConditionExpression: 'version = :now',
          ExpressionAttributeValues: { ':now': version, ':next': version + 1 },
        });
        return;
      } catch (error) {
        assert.equal(error.name, 'ConditionalCheckFailedException', error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, bump));
  assert.equal((await read(pk)).version, 8);
});
