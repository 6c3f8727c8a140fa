import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { batchEvents, bodyBytes, parsed } from './body.ts';
import { collect } from './collect.ts';
import type { CollectRequest } from './collect.ts';
import { idOf } from './event.ts';
import { nowMs, ask, jsonOf, eventsIn, post, sentEvent, spoiltEvents, uuid } from './samples.ts';
import { scriptedStream } from './scripted-stream.ts';
import type { Act } from './scripted-stream.ts';

const day = 86_400_000;

test('stores an event in the raw shape, with what the collector knows by itself', async () => {
  const given = sentEvent(1, {
    received_at: '1999-01-01T00:00:00.000Z',
    ip: '6.6.6.6',
    user_agent: 'a lie',
    extra: 1,
    page: { url: 'https://shop.example/', depth: 3 },
  });
  const { response, stream } = await ask(post(given));
  expect({ status: response.status, body: jsonOf(response) }).toEqual({
    status: 200,
    body: { accepted: 1, refused: [] },
  });
  expect(Buffer.from(stream.stored[0]?.data ?? []).toString()).toBe(
    JSON.stringify({
      event_id: uuid(1),
      event_name: 'page_view',
      event_time: '2026-01-05T10:59:58.250+01:00',
      received_at: '2026-01-05T10:00:00.000Z',
      visitor_id: 'visitor-1',
      customer_id: null,
      page: { url: 'https://shop.example/', referrer: '', title: '' },
      user_agent: 'Mozilla/5.0 (Test)',
      ip: '192.0.2.44',
      screen: '390x844',
      language: 'fr-FR',
      consent: { analytics: true, ads: true },
      ecommerce: null,
    }),
  );
  expect(stream.stored[0]?.partitionKey).toBe('visitor-1');
});

test('keeps the e-commerce of the raw schema and nothing else', async () => {
  const item = { item_id: 'SIL-CRE-001', item_name: 'Crème', item_category: 'Crèmes visage', price: 32.9, quantity: 2 };
  const ecommerce = { transaction_id: '1042', value: 65.8, currency: 'EUR', coupon: 'LEA10', items: [item] };
  const { stream } = await ask(
    post(
      sentEvent(1, { event_name: 'purchase', ecommerce: { ...ecommerce, secret: 1, items: [{ ...item, cost: 3 }] } }),
    ),
  );
  expect(eventsIn(stream.stored)[0]).toMatchObject({ ecommerce });
  expect(eventsIn(stream.stored)[0]).not.toHaveProperty('ecommerce.secret');
  expect(eventsIn(stream.stored)[0]).not.toHaveProperty('ecommerce.items.0.cost');
});

test('an id is one text, however its letters are written: in what is stored, and in the key of who has no visitor id', async () => {
  const id = 'abcdef00-0000-4000-8000-00000000000a';
  const anonymous = { visitor_id: null, consent: { analytics: false, ads: false } };
  const { response, stream } = await ask(
    post(
      [id, id.toUpperCase(), 'AbCdEf00-0000-4000-8000-00000000000a'].map((event_id) =>
        sentEvent(1, { event_id, ...anonymous }),
      ),
    ),
  );
  expect(response.status).toBe(200);
  expect(eventsIn(stream.stored).map(({ event_id }) => event_id)).toEqual([id, id, id]);
  expect(stream.stored.map(({ partitionKey }) => partitionKey)).toEqual([id]);
});

test('a refusal names the id as its sender wrote it', async () => {
  const { response } = await ask(
    post(sentEvent(1, { event_id: 'ABCDEF00-0000-4000-8000-00000000000A', event_name: 'hover' })),
  );
  expect(jsonOf(response)).toMatchObject({ refused: [{ event_id: 'ABCDEF00-0000-4000-8000-00000000000A' }] });
});

test('a text that was cut within an emoji is stored as strict JSON', async () => {
  const { stream } = await ask(post(sentEvent(1, { page: { url: 'https://shop.example/', title: 'Offre \uD83C' } })));
  expect(eventsIn(stream.stored)[0]).toMatchObject({ page: { title: 'Offre \uFFFD' } });
});

test('a header that goes on and on is cut', async () => {
  const { stream } = await ask(post(sentEvent(1), { headers: { 'user-agent': 'M'.repeat(9000) } }));
  expect(eventsIn(stream.stored)[0]).toMatchObject({ user_agent: 'M'.repeat(1024) });
});

const bodies: readonly { name: string; request: CollectRequest; accepted: number }[] = [
  { name: 'one event', request: post(sentEvent(1)), accepted: 1 },
  { name: 'a list', request: post([sentEvent(1), sentEvent(2)]), accepted: 2 },
  { name: 'an envelope', request: post({ events: [sentEvent(1), sentEvent(2), sentEvent(3)] }), accepted: 3 },
  {
    name: 'a beacon',
    request: post([sentEvent(1)], { headers: { 'content-type': 'text/plain;charset=UTF-8' } }),
    accepted: 1,
  },
  {
    name: 'gzip',
    request: post('', { body: gzipSync(JSON.stringify([sentEvent(1)])), headers: { 'content-encoding': 'gzip' } }),
    accepted: 1,
  },
  { name: 'no origin, from a server', request: post(sentEvent(1), { headers: { origin: undefined } }), accepted: 1 },
  {
    name: 'as many events as may be',
    request: post(Array.from({ length: batchEvents }, (_, n) => sentEvent(n))),
    accepted: batchEvents,
  },
];

test.each(bodies)('takes $name', async ({ request, accepted }) => {
  const { response, stream } = await ask(request);
  expect(response.status).toBe(200);
  expect(jsonOf(response)).toEqual({ accepted, refused: [] });
  expect(eventsIn(stream.stored)).toHaveLength(accepted);
});

const large = (bytes: number) => `{"a":"${'x'.repeat(bytes)}"}`;
const refusedRequests: readonly { name: string; request: CollectRequest; status: number; says: string }[] = [
  { name: 'text that is not JSON', request: post('{"event_id":'), status: 400, says: 'The body is not JSON.' },
  { name: 'no body', request: post(''), status: 400, says: 'The body is not JSON.' },
  { name: 'a number', request: post('42'), status: 400, says: 'The body is neither an event nor a list of events.' },
  { name: 'null', request: post('null'), status: 400, says: 'The body is neither an event nor a list of events.' },
  { name: 'an empty list', request: post('[]'), status: 400, says: 'The list of events is empty.' },
  { name: 'an empty envelope', request: post({ events: [] }), status: 400, says: 'The list of events is empty.' },
  {
    name: 'bytes that are not UTF-8',
    request: post('', { body: Buffer.from([0x22, 0xe9, 0x22]) }),
    status: 400,
    says: 'The body is not UTF-8.',
  },
  {
    name: 'a cut gzip',
    request: post('', { body: gzipSync('[]').subarray(0, 12), headers: { 'content-encoding': 'gzip' } }),
    status: 400,
    says: 'The body is no complete gzip.',
  },
  {
    name: 'an unknown encoding',
    request: post('[]', { headers: { 'content-encoding': 'br' } }),
    status: 415,
    says: 'The content encoding "br" is not known here: send gzip, or none.',
  },
  {
    name: 'a large body',
    request: post(large(bodyBytes)),
    status: 413,
    says: 'The body is larger than 1048576 bytes: send fewer events at a time.',
  },
  {
    name: 'a small gzip of a large body',
    request: post('', { body: gzipSync(large(bodyBytes)), headers: { 'content-encoding': 'gzip' } }),
    status: 413,
    says: 'The body is larger than 1048576 bytes: send fewer events at a time.',
  },
  {
    name: 'too many events',
    request: post(Array.from({ length: batchEvents + 1 }, () => 1)),
    status: 413,
    says: 'The body has 501 events: send at most 500 at a time.',
  },
  {
    name: 'a form',
    request: post('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    status: 415,
    says:
      'The content type "application/x-www-form-urlencoded" is not known here: send application/json or ' +
      'text/plain.',
  },
  {
    name: 'no content type',
    request: post(sentEvent(1), { headers: { 'content-type': undefined } }),
    status: 415,
    says: 'The content type "" is not known here: send application/json or text/plain.',
  },
  { name: 'a GET', request: post('', { method: 'GET' }), status: 405, says: 'Events are sent by POST, not by GET.' },
  {
    name: 'a page of somebody else',
    request: post(sentEvent(1), { headers: { origin: 'https://shop.example.evil' } }),
    status: 403,
    says:
      'Pages of "https://shop.example.evil" may not send here: it is not among the shop\'s origins ' +
      '(SHOP_ORIGINS, or --origin of sillage up).',
  },
  {
    name: 'a page without origin',
    request: post(sentEvent(1), { headers: { origin: 'null' } }),
    status: 403,
    says:
      'Pages of "null" may not send here: it is not among the shop\'s origins (SHOP_ORIGINS, or --origin of ' +
      'sillage up).',
  },
];

test.each(refusedRequests)('refuses $name', async ({ request, status, says }) => {
  const { response, stream } = await ask(request);
  expect({ status: response.status, body: jsonOf(response) }).toEqual({ status, body: { error: says } });
  expect(stream.puts).toHaveLength(0);
});

test.each(spoiltEvents)('refuses an event for itself: $name', async ({ event, reasons }) => {
  const event_id = idOf(event);
  const { response, stream } = await ask(post([sentEvent(7), event, sentEvent(8)]));
  expect(response.status).toBe(200);
  expect(jsonOf(response)).toEqual({ accepted: 2, refused: [{ index: 1, event_id, reasons }] });
  expect(eventsIn(stream.stored)).toMatchObject([{ event_id: uuid(7) }, { event_id: uuid(8) }]);
  const alone = await ask(post([event]));
  expect({ status: alone.response.status, body: jsonOf(alone.response) }).toEqual({
    status: 400,
    body: { accepted: 0, refused: [{ index: 0, event_id, reasons }] },
  });
});

const item = { item_id: 'SIL-CRE-001', item_name: 'Crème', price: 32.9, quantity: 2 };
test.each([
  ['a visitor id with half an emoji, which has no partition key', { visitor_id: '\uD800x' }, ['pattern:visitor_id']],
  [
    'more items than there may be, whatever they are',
    { ecommerce: { items: Array.from({ length: 300_000 }, () => 0) } },
    ['max:ecommerce.items'],
  ],
  [
    'one item more than there may be',
    { ecommerce: { items: Array.from({ length: 501 }, () => item) } },
    ['max:ecommerce.items'],
  ],
  [
    'many faults, of which ten are told',
    { ecommerce: { items: Array.from({ length: 500 }, () => ({})) } },
    Array.from(
      { length: 10 },
      (_, i) => `required:ecommerce.items.${Math.floor(i / 2)}.${['price', 'quantity'][i % 2]}`,
    ),
  ],
])('refuses %s, and takes what stands beside it', async (_, over, reasons) => {
  const { response, stream } = await ask(post([sentEvent(7), sentEvent(8, over)]));
  expect(jsonOf(response)).toEqual({ accepted: 1, refused: [{ index: 1, event_id: uuid(8), reasons }] });
  expect(stream.stored).toHaveLength(1);
});

const controls = [
  ['ESC', '\u001B'],
  ['NUL', '\u0000'],
  ['DEL', '\u007F'],
  ['CSI', '\u009B'],
  ['an override of direction', '\u202E'],
] as const;
const page = { url: 'https://shop.example/', referrer: null, title: null };
const fields: readonly (readonly [field: string, over: (value: string) => Readonly<Record<string, unknown>>])[] = [
  ['visitor_id', (value) => ({ visitor_id: value })],
  ['customer_id', (value) => ({ customer_id: value })],
  ['page.url', (value) => ({ page: { ...page, url: `https://shop.example/?utm_source=${value}` } })],
  [
    'page.url',
    (value) => ({ page: { ...page, url: `https://shop.example/?utm_source=${encodeURIComponent(value)}%5d0%3B#a` } }),
  ],
  [
    'page.referrer',
    (value) => ({
      page: { ...page, referrer: `https://elsewhere.example/%e9${encodeURIComponent(value).toLowerCase()}` },
    }),
  ],
  ['page.title', (value) => ({ page: { ...page, title: value } })],
  ['screen', (value) => ({ screen: value })],
  ['language', (value) => ({ language: value })],
  ['ecommerce.transaction_id', (value) => ({ ecommerce: { transaction_id: value } })],
  ['ecommerce.coupon', (value) => ({ ecommerce: { coupon: value } })],
  ...['item_id', 'item_name', 'item_category'].map(
    (field) =>
      [
        `ecommerce.items.0.${field}`,
        (value: string) => ({ ecommerce: { items: [{ ...item, [field]: value }] } }),
      ] as const,
  ),
];

describe.each(fields)('a control character in %s', (field, over) => {
  test.each(controls)('is refused: %s', async (_, character) => {
    const { response, stream } = await ask(post([sentEvent(7), sentEvent(8, over(`a${character}b`))]));
    expect(jsonOf(response)).toEqual({
      accepted: 1,
      refused: [{ index: 1, event_id: uuid(8), reasons: [`control_character:${field}`] }],
    });
    expect(stream.stored).toHaveLength(1);
  });
});

test.each([
  ['a title over lines, with a tab', { page: { ...page, title: 'Crème\r\n\tde nuit' } }],
  ['a title in Arabic, isolated', { page: { ...page, title: '\u2067كريم\u2069\u200F' } }],
  ['a line end in a search term', { page: { ...page, url: 'https://shop.example/?q=a%0Ab%09c' } }],
  ['a percent sign that escapes nothing', { page: { ...page, url: 'https://shop.example/?q=100%&r=%zz%1' } }],
  ['bytes that are no UTF-8', { page: { ...page, url: 'https://shop.example/?q=%e9t%e9' } }],
  ['an escape of an escape', { page: { ...page, url: 'https://shop.example/?q=%251b' } }],
])('accepts %s', async (_, over) => {
  expect(jsonOf((await ask(post(sentEvent(1, over)))).response)).toEqual({ accepted: 1, refused: [] });
});

const inBasket = (over: Readonly<Record<string, unknown>>) => ({ ecommerce: { items: [{ ...item, ...over }] } });
test.each([
  ['visitor_id', 'max', { visitor_id: 'v'.repeat(128) }, { visitor_id: 'v'.repeat(129) }],
  ['visitor_id', 'min', { visitor_id: 'v' }, { visitor_id: '' }],
  ['customer_id', 'max', { customer_id: '7'.repeat(64) }, { customer_id: '7'.repeat(65) }],
  ['customer_id', 'min', { customer_id: '7' }, { customer_id: '' }],
  ['ecommerce.value', 'max', { ecommerce: { value: 1e12 } }, { ecommerce: { value: 1e12 + 1 } }],
  ['ecommerce.value', 'min', { ecommerce: { value: 0 } }, { ecommerce: { value: -0.01 } }],
  ['ecommerce.items.0.quantity', 'max', inBasket({ quantity: 1_000_000 }), inBasket({ quantity: 1_000_001 })],
  ['ecommerce.items.0.quantity', 'min', inBasket({ quantity: 0 }), inBasket({ quantity: -1 })],
])('takes %s up to its border (%s), and not beyond', async (field, kind, last, beyond) => {
  const { response } = await ask(post([sentEvent(7, last), sentEvent(8, beyond)]));
  expect(jsonOf(response)).toEqual({
    accepted: 1,
    refused: [{ index: 1, event_id: uuid(8), reasons: [`${kind}:${field}`] }],
  });
});

test('names an id as it came up to 128 characters, and no longer one', async () => {
  const [last, beyond] = ['x'.repeat(128), 'x'.repeat(129)];
  const { response } = await ask(post([last, beyond].map((event_id) => sentEvent(7, { event_id }))));
  const reasons = ['pattern:event_id'];
  expect(jsonOf(response)).toEqual({
    accepted: 0,
    refused: [
      { index: 0, event_id: last, reasons },
      { index: 1, event_id: null, reasons },
    ],
  });
});

test.each([
  ['plain', (text: string) => post(text)],
  ['in gzip', (text: string) => post('', { body: gzipSync(text), headers: { 'content-encoding': 'gzip' } })],
])('takes a body of just as many bytes as may be, and none of one more: %s', async (_, request) => {
  const text = JSON.stringify(sentEvent(1, { page })).padEnd(bodyBytes);
  const answers = [await ask(request(text)), await ask(request(`${text} `))];
  expect(answers.map(({ response }) => response.status)).toEqual([200, 413]);
});

test('a request that is refused is told from what went wrong by its name', () => {
  expect(() => parsed('{')).toThrow(expect.objectContaining({ name: 'RefusedRequest', status: 400 }));
});

test('takes as many events at a time as may be', async () => {
  const { response } = await ask(post(Array.from({ length: 500 }, (_, n) => sentEvent(n))));
  expect(jsonOf(response)).toEqual({ accepted: 500, refused: [] });
});

test('as many items as may be are taken', async () => {
  const { response } = await ask(post(sentEvent(1, { ecommerce: { items: Array.from({ length: 500 }, () => item) } })));
  expect(jsonOf(response)).toEqual({ accepted: 1, refused: [] });
});

test.each([
  ['35 days old', -35 * day],
  ['a day ahead', day],
  ['now', 0],
])('accepts an event that is %s', async (_, ms) => {
  const { response } = await ask(post(sentEvent(1, { event_time: new Date(nowMs + ms).toISOString() })));
  expect(response.status).toBe(200);
});

describe('CORS', () => {
  test('the preflight of a shop page is answered, and may be remembered', async () => {
    const { response } = await ask(post('', { method: 'OPTIONS', headers: { 'content-type': undefined } }));
    expect(response).toEqual({
      status: 204,
      body: '',
      headers: {
        vary: 'Origin',
        'access-control-allow-origin': 'https://shop.example',
        'access-control-expose-headers': 'retry-after',
        'access-control-allow-methods': 'POST, OPTIONS',
        'access-control-allow-headers': 'content-type, content-encoding',
        'access-control-max-age': '86400',
      },
    });
  });

  test('a page of somebody else learns nothing', async () => {
    const { response } = await ask(post('', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }));
    expect(response.status).toBe(403);
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(response.headers['vary']).toBe('Origin');
  });

  test.each([
    ['a refusal', 'no JSON', 400],
    ['a success', sentEvent(1), 200],
  ])('a shop page may read %s', async (_, body, status) => {
    const { response } = await ask(post(body, { headers: { origin: 'http://localhost:8080' } }));
    expect(response.status).toBe(status);
    expect(response.headers).toMatchObject({ vary: 'Origin', 'access-control-allow-origin': 'http://localhost:8080' });
  });
});

describe('a stream that fails', () => {
  test("entries that no stream would take are a defect, and not the stream's", async () => {
    const put = () => Promise.reject(new RangeError('Entry 0 is too large.'));
    await expect(
      collect(
        { stream: { ...scriptedStream(), put }, clock: () => nowMs, origins: [] },
        post(sentEvent(1), { headers: { origin: undefined } }),
      ),
    ).rejects.toThrow('Entry 0 is too large.');
  });

  test.each([
    [0, '2'],
    [0.5, '6'],
    [0.999, '10'],
  ])('senders come back after 2 to 10 seconds, as chance (%d) has it: %s', async (random, seconds) => {
    const stream = scriptedStream(Array.from({ length: 9 }, (): Act => ({ fails: [true] })));
    const sleep = () => Promise.resolve();
    const response = await collect(
      { stream, clock: () => nowMs, random: () => random, sleep, origins: [], log: () => {} },
      post(sentEvent(1), { headers: { origin: undefined } }),
    );
    expect([response.status, response.headers['retry-after']]).toEqual([503, seconds]);
  });

  const three = post([sentEvent(1), sentEvent(2), sentEvent(3)]);

  test('only what failed is put again, after growing waits', async () => {
    const { response, stream, waits } = await ask(three, [{ fails: [false, true, true] }, { fails: [true, false] }]);
    expect(response.status).toBe(200);
    expect(stream.puts.map((entries) => entries.map(({ partitionKey }) => partitionKey))).toEqual([
      ['visitor-1', 'visitor-2', 'visitor-3'],
      ['visitor-2', 'visitor-3'],
      ['visitor-2'],
    ]);
    expect(waits).toEqual([0.999 * 50, 0.999 * 100]);
  });

  test('after four puts the sender is told to keep its events', async () => {
    const failing: Act = { fails: [true, false, false] };
    const { response, stream, log } = await ask(
      three,
      Array.from({ length: 9 }, () => failing),
    );
    expect({ status: response.status, body: jsonOf(response) }).toEqual({
      status: 503,
      body: { error: 'The events could not be stored: send them all again later.' },
    });
    expect(response.headers['retry-after']).toBe('10');
    expect(stream.puts).toHaveLength(4);
    expect(log).toEqual([
      {
        level: 'ERROR',
        message: 'Events could not be put into the stream; their senders keep them.',
        stream: 'script',
        entries: 1,
        attempts: 4,
        reasons: ['ProvisionedThroughputExceededException'],
      },
    ]);
  });

  test('what the stream says of itself is told to the operator', async () => {
    const { log } = await ask(
      three,
      Array.from({ length: 4 }, () => ({ throws: 'before' }) as const),
    );
    expect(log).toMatchObject([{ entries: 3, attempts: 4, reasons: ['The script says so.'] }]);
  });

  test('a put that throws is tried again whole', async () => {
    const { response, stream } = await ask(three, [{ throws: 'before' }, { throws: 'after' }]);
    expect(response.status).toBe(200);
    expect(stream.puts.map((entries) => entries.length)).toEqual([3, 3, 3]);
  });

  test('there is no put after the time is up', async () => {
    const slow = scriptedStream(Array.from({ length: 9 }, () => ({ throws: 'before' }) as const));
    let now = nowMs;
    const response = await collect(
      {
        stream: {
          ...slow,
          put: async (entries) => {
            now += 2000;
            return slow.put(entries);
          },
        },
        clock: () => now,
        origins: ['https://shop.example'],
        sleep: async () => {},
        log: () => {},
      },
      three,
    );
    expect(response.status).toBe(503);
    expect(slow.puts).toHaveLength(2);
  });

  test('events that are refused for good leave a line with the reasons and how often, and nothing personal', async () => {
    const { log } = await ask(
      post([
        sentEvent(1),
        sentEvent(2, { event_name: 'bought' }),
        sentEvent(3, { event_name: 'bought', page: { referrer: 'https://lea@mail.example/' } }),
      ]),
    );
    expect(log).toEqual([
      {
        level: 'WARN',
        message: 'Events were refused for good.',
        accepted: 1,
        refused: { 'accepted:event_name': 2, 'required:page.url': 1 },
      },
    ]);
  });

  test('nothing personal is logged', async () => {
    const { log } = await ask(
      post(sentEvent(1, { customer_id: '7100000000001' })),
      Array.from({ length: 9 }, () => ({ throws: 'before' }) as const),
    );
    expect(JSON.stringify(log)).not.toMatch(/visitor-1|7100000000001|192\.0\.2\.44|Mozilla|shop\.example/);
  });
});
