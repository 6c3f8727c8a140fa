import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { QueryFailed } from '../../../lambdas/shared/ports/warehouse.ts';
import { assistantServer } from './assistant-server.ts';

const days = { from: '2026-01-01', to: '2026-01-31' };
let client: Client;

beforeAll(async () => {
  const notAsked = async () => Promise.reject(new QueryFailed('The lake was asked.'));
  const reader = { query: notAsked, tables: notAsked, pipeline: notAsked, close: async () => undefined };
  const [here, there] = InMemoryTransport.createLinkedPair();
  await assistantServer({ reader, version: '1', timeoutMs: 1000, onProblem: () => undefined }).connect(there);
  client = new Client({ name: 'tests', version: '1' });
  await client.connect(here);
});
afterAll(() => client.close());

/** What a call is told, as an answer or as an error of the protocol. */
const told = async (name: string, args: Record<string, unknown>): Promise<string> => {
  try {
    return JSON.stringify(await client.callTool({ name, arguments: args }));
  } catch (error) {
    return String(error);
  }
};

test('no tool takes an argument that it does not know', async () => {
  const { tools } = await client.listTools();
  expect(tools.length).toBeGreaterThan(9);
  for (const { name, inputSchema } of tools) {
    expect({ name, ...inputSchema }).toMatchObject({ name, additionalProperties: false });
    const answer = await told(name, { ...days, sql: 'SELECT 1', table: 'orders', brand: 'Foo' });
    expect({ name, answer }).toEqual({ name, answer: expect.stringMatching(/Unknown: .*brand/u) });
  }
});

test.each([
  ['roi', { ...days, channel: 'Foo' }, 'Unknown: channel. Known are: from, to, by, attribution_model.'],
  ['data_quality', { table: 'orders' }, 'Unknown: table. Nothing is taken here.'],
  [
    'budget',
    { limits: [{ channel: 'Display', min: 1, max: 2, step: 3 }] },
    'Unknown: step. Known are: channel, min, max.',
  ],
  ['roi', days, 'The lake was asked.'],
])('%s of %j is told: %s', async (name, args, expected) => {
  expect(await told(name, args)).toContain(expected);
});
