// The reference application: a shop in one table with generic keys, as applications for DynamoDB are
// written, through the document client.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  BatchGetCommand, BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand,
  TransactGetCommand, TransactWriteCommand, UpdateCommand, paginateQuery,
} from '@aws-sdk/lib-dynamodb';
import { createTable, documents, fails, index } from './support.mjs';

const send = (Command, input) => documents.send(new Command(input));

const user = (id, more = {}) => ({
  PK: `USER#${id}`, SK: 'PROFILE', EntityType: 'User', userId: id, ...more,
});
const order = (userId, orderId, more = {}) => ({
  PK: `USER#${userId}`, SK: `ORDER#${orderId}`, GSI1PK: `ORDER#${orderId}`, GSI1SK: 'META',
  EntityType: 'Order', orderId, ...more,
});
const orderItem = (orderId, line, more = {}) => ({
  PK: `ORDER#${orderId}`, SK: `ITEM#${line}`, GSI1PK: `ORDER#${orderId}`, GSI1SK: `ITEM#${line}`,
  EntityType: 'OrderItem', ...more,
});
const product = (id, more = {}) => ({
  PK: `PRODUCT#${id}`, SK: 'META', EntityType: 'Product', productId: id, ...more,
});

describe('reference application', () => {
  let TableName;

  before(async () => {
    TableName = await createTable('shop', 'PK:S SK:S', {
      types: 'GSI1PK:S GSI1SK:S featured:S price:N pendingSince:S',
      GlobalSecondaryIndexes: [
        index('GSI1', 'GSI1PK GSI1SK'),
        index('Featured', 'featured price', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['title'] }),
        index('Pending', 'SK pendingSince', { ProjectionType: 'KEYS_ONLY' }),
      ],
    });
  });

  const query = (KeyConditionExpression, values, more = {}) => send(QueryCommand, {
    TableName, KeyConditionExpression, ExpressionAttributeValues: values, ...more,
  });

  test('a user is created once', async () => {
    const create = { TableName, Item: user('ann', { name: 'Ann' }), ConditionExpression: 'attribute_not_exists(PK)' };
    await send(PutCommand, create);
    await fails(send(PutCommand, create), 'ConditionalCheckFailedException', 'The conditional request failed');
    const { Item } = await send(GetCommand, { TableName, Key: { PK: 'USER#ann', SK: 'PROFILE' }, ConsistentRead: true });
    assert.deepEqual(Item, create.Item);
  });

  test('addresses belong to their user', async () => {
    for (const kind of ['home', 'work']) {
      await send(PutCommand, { TableName, Item: { PK: 'USER#bob', SK: `ADDRESS#${kind}`, EntityType: 'Address', city: kind } });
    }
    await send(PutCommand, { TableName, Item: user('bob') });
    const all = await query('PK = :p', { ':p': 'USER#bob' });
    assert.deepEqual(all.Items.map((item) => item.SK), ['ADDRESS#home', 'ADDRESS#work', 'PROFILE']);
    const addresses = await query('PK = :p AND begins_with(SK, :a)', { ':p': 'USER#bob', ':a': 'ADDRESS#' });
    assert.equal(addresses.Count, 2);
    const { Attributes } = await send(DeleteCommand, {
      TableName, Key: { PK: 'USER#bob', SK: 'ADDRESS#work' }, ReturnValues: 'ALL_OLD',
    });
    assert.equal(Attributes.city, 'work');
  });

  test('orders come newest first, in pages, and one by its id', async () => {
    for (let day = 1; day <= 7; ++day) {
      await send(PutCommand, { TableName, Item: order('cat', `2026-01-0${day}`, { total: day * 10 }) });
    }
    await send(PutCommand, { TableName, Item: user('cat') });
    const condition = ['PK = :p AND begins_with(SK, :o)', { ':p': 'USER#cat', ':o': 'ORDER#' }];
    const seen = [];
    let ExclusiveStartKey;
    do {
      const page = await query(...condition, { ScanIndexForward: false, Limit: 3, ExclusiveStartKey });
      assert.ok(page.Count <= 3);
      seen.push(...page.Items.map((item) => item.orderId));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    assert.deepEqual(seen, [7, 6, 5, 4, 3, 2, 1].map((day) => `2026-01-0${day}`));

    const pages = paginateQuery({ client: documents, pageSize: 2 }, {
      TableName, KeyConditionExpression: condition[0], ExpressionAttributeValues: condition[1],
    });
    let count = 0;
    for await (const page of pages) count += page.Count;
    assert.equal(count, 7);

    const { Items } = await query('GSI1PK = :o', { ':o': 'ORDER#2026-01-04' }, { IndexName: 'GSI1' });
    assert.deepEqual(Items, [order('cat', '2026-01-04', { total: 40 })]);
  });

  test('an order comes with its items in one query', async () => {
    await send(PutCommand, { TableName, Item: order('dan', 'o-1') });
    for (const line of ['01', '02', '03']) await send(PutCommand, { TableName, Item: orderItem('o-1', line, { quantity: 2 }) });
    const { Items } = await query('GSI1PK = :o', { ':o': 'ORDER#o-1' }, { IndexName: 'GSI1' });
    assert.deepEqual(Items.map((item) => item.EntityType), ['OrderItem', 'OrderItem', 'OrderItem', 'Order']);
  });

  test('a dynamic SET with names and values answers ALL_NEW', async () => {
    await send(PutCommand, { TableName, Item: user('eve', { name: 'Eve' }) });
    const changes = { name: 'Eva', status: 'active', tags: ['a', 'b'], 'odd name': { deep: [1, true, null] } };
    const fields = Object.keys(changes);
    const { Attributes } = await send(UpdateCommand, {
      TableName,
      Key: { PK: 'USER#eve', SK: 'PROFILE' },
      UpdateExpression: `SET ${fields.map((_, i) => `#f${i} = :v${i}`).join(', ')}`,
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeNames: Object.fromEntries(fields.map((field, i) => [`#f${i}`, field])),
      ExpressionAttributeValues: Object.fromEntries(fields.map((field, i) => [`:v${i}`, changes[field]])),
      ReturnValues: 'ALL_NEW',
    });
    assert.deepEqual(Attributes, user('eve', changes));
  });

  test('counters are atomic', async () => {
    const Key = { PK: 'USER#fay', SK: 'PROFILE' };
    const add = () => send(UpdateCommand, {
      TableName, Key,
      UpdateExpression: 'SET visits = if_not_exists(visits, :zero) + :one ADD points :five',
      ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':five': 5 },
      ReturnValues: 'UPDATED_NEW',
    });
    const answers = await Promise.all(Array.from({ length: 30 }, add));
    const visits = answers.map(({ Attributes }) => Attributes.visits).sort((a, b) => a - b);
    assert.deepEqual(visits, Array.from({ length: 30 }, (_, i) => i + 1));
    const { Item } = await send(GetCommand, { TableName, Key, ConsistentRead: true });
    assert.equal(Item.points, 150);
  });

  test('batches of 25 and of 100', async () => {
    const products = Array.from({ length: 100 }, (_, i) => product(`batch-${String(i).padStart(3, '0')}`, { price: i }));
    for (let start = 0; start < 100; start += 25) {
      const RequestItems = { [TableName]: products.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })) };
      const { UnprocessedItems } = await send(BatchWriteCommand, { RequestItems });
      assert.deepEqual(UnprocessedItems, {});
    }
    const Keys = products.map(({ PK, SK }) => ({ PK, SK }));
    const { Responses, UnprocessedKeys } = await send(BatchGetCommand, {
      RequestItems: { [TableName]: { Keys, ConsistentRead: true, ProjectionExpression: 'productId, price' } },
    });
    assert.deepEqual(UnprocessedKeys, {});
    const found = Responses[TableName].sort((a, b) => a.price - b.price);
    assert.deepEqual(found, products.map(({ productId, price }) => ({ productId, price })));
    await send(BatchWriteCommand, {
      RequestItems: { [TableName]: Keys.slice(0, 25).map((Key) => ({ DeleteRequest: { Key } })) },
    });
    const rest = await send(BatchGetCommand, { RequestItems: { [TableName]: { Keys } } });
    assert.equal(rest.Responses[TableName].length, 75);
  });

  test('an order, its items and the counter of its user are one transaction', async () => {
    await send(PutCommand, { TableName, Item: user('gus', { orders: 0 }) });
    await send(PutCommand, { TableName, Item: product('lamp', { stock: 3 }) });
    const place = (orderId, quantity) => send(TransactWriteCommand, {
      TransactItems: [
        { Put: { TableName, Item: order('gus', orderId), ConditionExpression: 'attribute_not_exists(PK)' } },
        { Put: { TableName, Item: orderItem(orderId, '01', { quantity }) } },
        { Update: {
          TableName, Key: { PK: 'USER#gus', SK: 'PROFILE' },
          UpdateExpression: 'SET orders = orders + :one', ExpressionAttributeValues: { ':one': 1 },
        } },
        { Update: {
          TableName, Key: { PK: 'PRODUCT#lamp', SK: 'META' },
          UpdateExpression: 'SET stock = stock - :q', ConditionExpression: 'stock >= :q',
          ExpressionAttributeValues: { ':q': quantity }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        } },
      ],
    });
    await place('t-1', 2);
    const error = await fails(place('t-2', 2), 'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, None, ConditionalCheckFailed]');
    assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code), ['None', 'None', 'None', 'ConditionalCheckFailed']);
    assert.equal(error.CancellationReasons[3].Message, 'The conditional request failed');
    assert.equal(error.CancellationReasons[3].Item.stock.N ?? error.CancellationReasons[3].Item.stock, '1');

    const { Responses } = await send(TransactGetCommand, {
      TransactItems: [
        { PK: 'USER#gus', SK: 'PROFILE' }, { PK: 'PRODUCT#lamp', SK: 'META' },
        { PK: 'USER#gus', SK: 'ORDER#t-1' }, { PK: 'USER#gus', SK: 'ORDER#t-2' },
      ].map((Key) => ({ Get: { TableName, Key } })),
    });
    assert.equal(Responses[0].Item.orders, 1);
    assert.equal(Responses[1].Item.stock, 1);
    assert.ok(Responses[2].Item);
    assert.equal(Responses[3].Item, undefined);
  });

  test('a sparse index holds the featured products only', async () => {
    for (let i = 0; i < 6; ++i) {
      const featured = i % 2 ? { featured: 'yes' } : {};
      await send(PutCommand, { TableName, Item: product(`f-${i}`, { price: 60 - i, title: `t${i}`, secret: 'x', ...featured }) });
    }
    const cheap = () => query('featured = :y AND price < :max', { ':y': 'yes', ':max': 100 }, { IndexName: 'Featured' });
    const { Items } = await cheap();
    assert.deepEqual(Items.map((item) => item.title), ['t5', 't3', 't1']);
    assert.deepEqual(Object.keys(Items[0]).sort(), ['PK', 'SK', 'featured', 'price', 'title']);
    await send(UpdateCommand, { TableName, Key: { PK: 'PRODUCT#f-3', SK: 'META' }, UpdateExpression: 'REMOVE featured' });
    assert.deepEqual((await cheap()).Items.map((item) => item.title), ['t5', 't1']);
  });

  test('an inverted index lists pending orders', async () => {
    await send(PutCommand, { TableName, Item: order('hal', 'p-1', { pendingSince: '2026-02-02' }) });
    await send(PutCommand, { TableName, Item: order('ivy', 'p-2', { pendingSince: '2026-02-01' }) });
    const pending = (orderId) => query('SK = :o', { ':o': `ORDER#${orderId}` }, { IndexName: 'Pending' });
    assert.deepEqual((await pending('p-1')).Items, [{ PK: 'USER#hal', SK: 'ORDER#p-1', pendingSince: '2026-02-02' }]);
    await send(UpdateCommand, {
      TableName, Key: { PK: 'USER#hal', SK: 'ORDER#p-1' },
      UpdateExpression: 'REMOVE pendingSince SET #s = :s',
      ExpressionAttributeNames: { '#s': 'status' }, ExpressionAttributeValues: { ':s': 'SHIPPED' },
    });
    assert.equal((await pending('p-1')).Count, 0);
    assert.equal((await pending('p-2')).Count, 1);
  });
});

// Q10: natural attributes as a composite index key, without strings glued together.
test('a multi-attribute index: tournament and region, by score', async () => {
  const TableName = await createTable('matches', 'matchId:S', {
    types: 'tournament:S region:S score:N player:S',
    GlobalSecondaryIndexes: [index('Ranking', 'tournament +region score player')],
  });
  const play = async (matchId, tournament, region, score, player) => {
    await send(PutCommand, { TableName, Item: { matchId, tournament, region, score, player } });
  };
  await play('1', 'spring', 'eu', 10, 'ann');
  await play('2', 'spring', 'eu', 30, 'bob');
  await play('3', 'spring', 'us', 20, 'cat');
  await play('4', 'summer', 'eu', 40, 'dan');
  await play('5', 'spring', 'eu', -5, 'eve');
  await send(PutCommand, { TableName, Item: { matchId: '6', tournament: 'spring', region: 'eu', score: 99 } }); // sparse
  const ranking = (condition, values) => send(QueryCommand, {
    TableName, IndexName: 'Ranking', ScanIndexForward: false,
    KeyConditionExpression: `tournament = :t AND #r = :r${condition}`,
    ExpressionAttributeNames: { '#r': 'region' },
    ExpressionAttributeValues: { ':t': 'spring', ':r': 'eu', ...values },
  });
  assert.deepEqual((await ranking('', {})).Items.map((item) => item.score), [30, 10, -5]);
  assert.deepEqual((await ranking(' AND score > :s', { ':s': 0 })).Items.map((item) => item.player), ['bob', 'ann']);
  const one = await ranking(' AND score = :s AND begins_with(player, :p)', { ':s': 10, ':p': 'a' });
  assert.deepEqual(one.Items.map((item) => item.matchId), ['1']);
});
