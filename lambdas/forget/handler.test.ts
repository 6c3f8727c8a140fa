import { beforeEach, describe, expect, test } from '@jest/globals';
import { begin, end } from '../lease/lease.ts';
import { logger } from '../shared/aws/step-lambda.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { Lake, PastVersion } from '../shared/ports/lake.ts';
import { leaseKey } from '../shared/schema/ops-keys.ts';
import { pseudonymKey } from '../transform/pseudonyms.ts';
import { forgetHandler } from './handler.ts';

const key = pseudonymKey('a secret of the tests, long enough');
const context = {
  awsRequestId: 'r1',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'forget',
  functionVersion: '1',
  invokedFunctionArn: 'arn',
  logGroupName: 'l',
  logStreamName: 's',
  memoryLimitInMB: '1',
  getRemainingTimeInMillis: () => 900_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
const events = 'raw/web/events/dt=2025-01-05/a.jsonl';
const pseudonym = `curated/orders/dt=2025-01-05/orders.txt`;

let lake: Lake;
let answers: Lake;
let past: Map<string, { readonly one: PastVersion; readonly body: Buffer }>;
beforeEach(async () => {
  answers = memoryLake();
  past = new Map();
  const memory = memoryLake();
  // A bucket that keeps what was there.
  const keep = async (name: string) => {
    if ((await memory.head(name)) === undefined) return;
    const one = { key: name, version: String(past.size) };
    past.set(one.version, { one, body: await memory.get(name) });
  };
  lake = {
    ...memory,
    async put(name, body, options) {
      await keep(name);
      return memory.put(name, body, options);
    },
    async delete(name, options) {
      await keep(name);
      return memory.delete(name, options);
    },
    past: {
      async *list(prefix) {
        for (const { one } of past.values()) if (one.key.startsWith(prefix)) yield one;
      },
      get: async ({ version }) => past.get(version)?.body ?? Buffer.alloc(0),
      delete: async ({ version }) => void past.delete(version),
    },
  };
  await lake.put(events, '{"visitor_id":"other"}\n');
  await lake.put(events, '{"visitor_id":"other"}\n{"visitor_id":"visitor-of-bob","customer_id":"7100000000312"}\n');
  await lake.put('raw/web/events/dt=2025-01-05/joined-away.jsonl', '{"customer_id":"7100000000312"}\n');
  await lake.delete('raw/web/events/dt=2025-01-05/joined-away.jsonl');
  await lake.put('raw/crm/customers/dt=2025-01-05/a.jsonl', '{"id":7100000000312,"email":"bob@x.fr"}\n');
});

// What it logs of refusals is no part of what a test says.
logger.setLogLevel('SILENT');

const ask = (event: object) =>
  forgetHandler(
    () => lake,
    async () => key,
    () => answers,
  )(event, context);

describe('the Lambda of erasure', () => {
  test('erases, and proves once the rest is built again; old versions go, and those of others stay', async () => {
    await lake.put(pseudonym, key.pseudonym('bob@x.fr'));
    expect(await ask({ action: 'erase', emails: ['Bob@x.fr'] })).toMatchObject({
      next: expect.stringContaining('prove'),
    });
    expect((await lake.get(events)).toString()).toBe('{"visitor_id":"other"}\n');
    await expect(ask({ action: 'prove', emails: ['bob@x.fr'] })).rejects.toThrow(`still found in ${pseudonym}`);
    await lake.put(pseudonym, 'built again');
    await answers.put('athena-results/1.csv', 'bob@x.fr');
    await answers.put('athena-results/1.csv.metadata', '');
    await answers.put('scratch/models/sessions/dt=2025-01-01/part', 'bob@x.fr');
    await answers.put('own/of-an-analyst.csv', '');
    const certificate = await ask({ action: 'prove', emails: ['bob@x.fr'] });
    expect(certificate).toMatchObject({
      state: 'done',
      records: { removed: 2, masked: 0, stripped: 0 },
      stream: null,
      answers: 3,
    });
    const left: string[] = [];
    for await (const one of answers.keys('')) left.push(one);
    expect(left).toEqual(['own/of-an-analyst.csv']);
    const kept = [...past.values()]
      .filter(({ one }) => one.key !== leaseKey)
      .map(({ one, body }) => `${one.key} ${body.toString()}`);
    expect(kept).toEqual([`${events} {"visitor_id":"other"}\n`]);
  });

  test('leaves a lake alone in which a run is at work', async () => {
    await begin(lake, 'a run');
    await expect(ask({ action: 'erase', emails: ['bob@x.fr'] })).rejects.toThrow('is in use');
    await end(lake, 'a run');
    await ask({ action: 'erase', emails: ['bob@x.fr'] });
    expect(await begin(lake, 'a run')).toMatchObject({ held: false });
  });

  test.each([{ action: 'erase' }, { action: 'erase', emails: ['nobody'] }, { action: 'delete', emails: ['a@b.fr'] }])(
    '%j is refused',
    (event) => expect(ask(event)).rejects.toThrow(/invalid_value|too_small|custom/),
  );
});
