// Clients, and tables that remove themselves.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { endpoint } from './endpoint.mjs';

export const client = new DynamoDBClient({
  endpoint,
  region: process.env.AWS_REGION ?? 'us-east-1',
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'test',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'test',
    sessionToken: process.env.AWS_SESSION_TOKEN,
  },
  maxAttempts: 1, // a wrong answer must be seen, not retried
});
export const documents = DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true },
});

const created = [];
// `after` hooks run in the order of registration, and the server's stop was registered first: so
// tables of a server that is gone already are no error.
after(async () => {
  if (process.env.STATOR_ENDPOINT) {
    for (const name of created) await client.send(new DeleteTableCommand({ TableName: name }));
  }
  client.destroy();
});

let serial = 0;
export function tableName(stem) {
  return `${stem}-js-${process.pid}-${++serial}`;
}

// Creates an on-demand table and waits until it is there. `keys` is like 'pk:S sk:N'.
export async function createTable(stem, keys, { types = '', ...more } = {}) {
  const parse = (text) => text.split(' ').filter(Boolean).map((pair) => pair.split(':'));
  const name = tableName(stem);
  await client.send(new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...parse(keys), ...parse(types)].map(([AttributeName, AttributeType]) => ({
      AttributeName, AttributeType,
    })),
    KeySchema: schema(keys),
    ...more,
  }));
  created.push(name);
  await waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 0.05 }, { TableName: name });
  return name;
}

// 'pk sk' -> a key schema; a leading '+' on later names makes them HASH, too (Q10).
export function schema(keys) {
  return keys.split(' ').map((key, position) => ({
    AttributeName: key.split(':')[0].replace('+', ''),
    KeyType: position === 0 || key.startsWith('+') ? 'HASH' : 'RANGE',
  }));
}

export function index(name, keys, projection = { ProjectionType: 'ALL' }) {
  return { IndexName: name, KeySchema: schema(keys), Projection: projection };
}

// The call must fail with this error and, when given, this message (text or pattern).
export async function fails(call, name, message) {
  let error;
  try {
    await call;
  } catch (caught) {
    error = caught;
  }
  assert.ok(error, `expected ${name}, but the call succeeded`);
  const text = error.message ?? error.Message;
  assert.equal(error.name, name, text);
  if (message instanceof RegExp) assert.match(text, message);
  else if (message !== undefined) assert.equal(text, message);
  return error;
}

export const invalid = (call, message) => fails(call, 'ValidationException', message);
