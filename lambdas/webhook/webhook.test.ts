import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bodyBytes } from '../collect/body.ts';
import { requestOf } from '../collect/gateway.ts';
import { wooOrderRecord, wooOrderSchema } from '../import/woo-json.ts';
import { LakeUnavailable, type Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { nowMs, sent, shopifyOrder, signatureOf, testSecret, wooOrder } from './samples.ts';
import { secretsIn, storedSecrets } from './secrets.ts';
import { isSigned } from './signature.ts';
import { takeOrder, type OrderDoor } from './webhook.ts';

/** A door, what is in its lake, and what it told the operator. */
function opened(over: Partial<OrderDoor> = {}) {
  const lake = memoryLake();
  const log: unknown[] = [];
  const door: OrderDoor = {
    lake,
    clock: () => nowMs,
    secretOf: async () => testSecret,
    log: (line) => log.push(line),
    ...over,
  };
  return { door, lake, log };
}

async function contents(lake: Lake): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key } of lake.list('')) found[key] = (await lake.get(key)).toString();
  return found;
}

test("Shopify's order lands as it was sent, on one line, on the UTC day of its change", async () => {
  const { door, lake } = opened();
  const order = shopifyOrder({ updated_at: '2026-01-05T00:30:00+01:00' });
  // Beyond 2^53, which a program that reads numbers would change.
  const body = JSON.stringify(order, null, 2).replace('6200000001042', '820982911946154508');
  expect(await takeOrder(door, sent('shopify', body))).toMatchObject({ status: 200, body: '{"landed":true}' });
  const [key = '', ...others] = Object.keys(await contents(lake));
  const line = (await lake.get(key)).toString();
  expect(others).toEqual([]);
  expect(key).toMatch(/^raw\/crm\/orders\/dt=2026-01-04\/webhook-shopify-[0-9a-f]{32}\.jsonl$/);
  expect(line).toContain('"id": 820982911946154508,');
  expect(line.match(/\n/g)).toEqual(['\n']);
  expect(JSON.parse(line)).toEqual(JSON.parse(body));
  expect(await lake.head(key)).toMatchObject({ metadata: { rows: '1', producer: 'webhook' } });
});

test("WooCommerce's order lands as the import of the same order lands it", async () => {
  const { door, lake } = opened();
  expect(await takeOrder(door, sent('woocommerce', wooOrder()))).toMatchObject({ status: 200 });
  const [line = ''] = Object.values(await contents(lake));
  const { record } = wooOrderRecord(wooOrderSchema.parse(wooOrder()), new Date(0));
  expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(record)));
  expect(record).toMatchObject({
    id: 'woo:318',
    total_price: '45.88',
    landing_site: expect.stringContaining('utm_source=instagram'),
  });
});

test.each(['shopify', 'woocommerce'] as const)(
  'the same body of %s again changes nothing; another state is one more',
  async (platform) => {
    const { door, lake } = opened();
    const order = platform === 'shopify' ? shopifyOrder : wooOrder;
    const first = sent(platform, order());
    expect((await takeOrder(door, first)).body).toBe('{"landed":true}');
    const before = await contents(lake);
    expect(await takeOrder(door, first)).toMatchObject({ status: 200, body: '{"landed":false}' });
    expect(await contents(lake)).toEqual(before);
    await takeOrder(door, sent(platform, order({ note: 'gift', status: 'completed' })));
    expect(Object.keys(await contents(lake))).toHaveLength(2);
  },
);

const deletions = [
  { platform: 'shopify', header: 'x-shopify-topic', topic: 'orders/delete', id: '820982911946154508' },
  { platform: 'woocommerce', header: 'x-wc-webhook-topic', topic: 'order.deleted', id: '"woo:318"' },
] as const;

test.each(deletions)(
  'a deletion of $platform lands with the moment at which it came: its body has the id alone',
  async ({ platform, header, topic, id }) => {
    let now = nowMs;
    const { door, lake } = opened({ clock: () => now });
    const told = sent(platform, `{"id":${id.replace(/"|woo:/g, '')}}`, { headers: { [header]: topic } });
    const deletion = { status: 200, body: '{"landed":true}' };
    expect(await takeOrder(door, told)).toMatchObject(deletion);
    const [key = '', ...others] = Object.keys(await contents(lake));
    expect(others).toEqual([]);
    expect(key).toMatch(new RegExp(`^raw/crm/orders/dt=2026-01-05/webhook-${platform}-[0-9a-f]{32}\\.jsonl$`));
    expect((await lake.get(key)).toString()).toBe(`{"id":${id},"deleted_at":"2026-01-05T10:00:00.000Z"}\n`);
    // Taken out of the trash in between, and deleted again: the same body is another deletion.
    now += 60_000;
    expect(await takeOrder(door, told)).toMatchObject(deletion);
    expect(Object.keys(await contents(lake))).toHaveLength(2);
  },
);

const shopify = sent('shopify', shopifyOrder());
const flipped = Buffer.from(shopify.body);
flipped[flipped.indexOf('65.80')] = '9'.charCodeAt(0);
const refusals: readonly { name: string; request: Parameters<typeof takeOrder>[1]; status: number; says: string }[] = [
  {
    name: 'bytes that were changed',
    request: { ...shopify, body: flipped },
    status: 401,
    says: 'no signature of this body',
  },
  {
    name: 'another secret',
    request: { ...shopify, headers: { 'x-shopify-hmac-sha256': signatureOf(shopify.body, `${testSecret}.`) } },
    status: 401,
    says: 'no signature of this body',
  },
  { name: 'no signature', request: { ...shopify, headers: {} }, status: 401, says: 'no signature of this body' },
  {
    name: "the other platform's header",
    request: { ...shopify, headers: { 'x-wc-webhook-signature': signatureOf(shopify.body) } },
    status: 401,
    says: 'no signature of this body',
  },
  {
    name: 'half a signature',
    request: { ...shopify, headers: { 'x-shopify-hmac-sha256': signatureOf(shopify.body).slice(0, 20) } },
    status: 401,
    says: 'no signature',
  },
  {
    name: 'a signed text',
    request: sent('shopify', 'no JSON'),
    status: 400,
    says: 'The body is not JSON. Choose the event “Order update”',
  },
  {
    name: 'signed bytes that are no UTF-8',
    request: sent('shopify', '', { body: Buffer.from([0x22, 0xe9, 0x22]) }),
    status: 400,
    says: 'not UTF-8',
  },
  {
    name: 'a refund',
    request: sent('shopify', { id: 1, order_id: 2, refund_line_items: [] }),
    status: 400,
    says: 'no order of Shopify: look at created_at, updated_at',
  },
  {
    name: 'a product',
    request: sent('woocommerce', { id: 1, name: 'Crème' }),
    status: 400,
    says: 'no order of WooCommerce',
  },
  ...[
    { name: 'a draft', over: { invoice_url: 'https://x', invoice_sent_at: null }, says: 'draft orders of Shopify' },
    { name: 'a checkout', over: { abandoned_checkout_url: 'https://x' }, says: 'checkouts of Shopify' },
  ].map(({ name, over, says }) => ({ name, request: sent('shopify', shopifyOrder(over)), status: 400, says })),
  {
    name: 'a deletion of a customer',
    request: sent('shopify', { id: 7 }, { headers: { 'x-shopify-topic': 'customers/delete' } }),
    status: 400,
    says: 'sillage forget',
  },
  {
    name: 'an id of which no event is told',
    request: sent('shopify', { id: 7 }),
    status: 400,
    says: 'look at created_at',
  },
  {
    name: 'a deletion that tells more than an id',
    request: sent('shopify', shopifyOrder(), { headers: { 'x-shopify-topic': 'orders/delete' } }),
    status: 400,
    says: 'no order that it was deleted',
  },
  { name: 'a list', request: sent('shopify', [shopifyOrder()]), status: 400, says: 'look at the whole' },
  {
    name: 'an order of last month',
    request: sent('shopify', shopifyOrder({ updated_at: '2025-12-05T10:00:00Z' })),
    status: 400,
    says: 'sillage import',
  },
  {
    name: 'an order of next month',
    request: sent('shopify', shopifyOrder({ updated_at: '2026-02-05T10:00:00Z' })),
    status: 400,
    says: 'changed at',
  },
  {
    name: 'a body without an end',
    request: sent('shopify', 'x'.repeat(bodyBytes + 1)),
    status: 413,
    says: 'larger than',
  },
  {
    name: 'gzip',
    request: { ...shopify, headers: { ...shopify.headers, 'content-encoding': 'gzip' } },
    status: 415,
    says: 'as it was signed',
  },
  { name: 'a GET', request: { ...shopify, method: 'GET' }, status: 405, says: 'by POST' },
  {
    name: 'an unknown platform',
    request: { ...shopify, path: '/webhooks/magento' },
    status: 404,
    says: 'No webhook is open',
  },
  {
    name: "a name of every object's",
    request: { ...shopify, path: '/webhooks/constructor' },
    status: 404,
    says: 'No webhook is open',
  },
];

test.each(refusals)('refuses $name, and lands nothing', async ({ request, status, says }) => {
  let refused = 0;
  const { door, lake } = opened({ onRefused: () => (refused += 1) });
  const response = await takeOrder(door, request);
  expect(response.status).toBe(status);
  // What strangers try is nobody's order.
  expect(refused).toBe([400, 401].includes(status) ? 1 : 0);
  expect(response.body).toContain(says);
  expect(await contents(lake)).toEqual({});
});

test.each([[undefined], [''], ['  '], ['too short']])('without a secret there is no door: %j', async (secret) => {
  const { door, lake } = opened({ secretOf: async () => secret });
  const request = { ...shopify, headers: { 'x-shopify-hmac-sha256': signatureOf(shopify.body, secret ?? '') } };
  expect((await takeOrder(door, request)).status).toBe(404);
  expect(await contents(lake)).toEqual({});
});

test("WooCommerce's unsigned ping is answered, and nothing lands; neither a draft nor a subscription is an order", async () => {
  const { door, lake } = opened();
  const ping = { ...sent('woocommerce', ''), headers: {}, body: Buffer.from('webhook_id=7') };
  expect(await takeOrder(door, ping)).toMatchObject({ status: 200, body: '{"landed":false}' });
  expect((await takeOrder(door, { ...ping, path: '/webhooks/shopify' })).status).toBe(401);
  for (const more of [{ status: 'checkout-draft' }, { status: 'active', billing_interval: '1' }])
    expect(await takeOrder(door, sent('woocommerce', wooOrder(more)))).toMatchObject({
      status: 200,
      body: '{"landed":false}',
    });
  expect(await contents(lake)).toEqual({});
});

test("Shopify's example of an order, which “Send test notification” sends, is answered, and nothing lands", async () => {
  const { door, lake } = opened();
  const example = { test: true, name: '#9999', created_at: '2021-12-31T19:00:00-05:00', updated_at: '2021-12-31T19:00:00-05:00' }; // prettier-ignore
  expect(await takeOrder(door, sent('shopify', shopifyOrder(example)))).toMatchObject({
    status: 200,
    body: '{"landed":false}',
  });
  expect(await contents(lake)).toEqual({});
});

test('a lake that is away keeps the sender sending, and no log has anything personal', async () => {
  const lake: Lake = { ...memoryLake(), put: () => Promise.reject(new LakeUnavailable('away')) };
  let refused = 0;
  const { door, log } = opened({ lake, onRefused: () => (refused += 1) });
  const response = await takeOrder(door, shopify);
  expect(refused).toBe(1);
  expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
  await takeOrder(door, { ...shopify, body: flipped });
  expect(log).toHaveLength(2);
  expect(JSON.stringify([log, response])).not.toMatch(/lea@|1042|a text of the tests/);
});

test('only the signature of just these bytes by just this secret is one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.string({ minLength: 16 }), (body, place, secret) => {
      expect(isSigned(body, signatureOf(body, secret), secret)).toBe(true);
      expect(isSigned(body, signatureOf(body, `${secret}x`), secret)).toBe(false);
      const other = Uint8Array.from([...body, 0]);
      expect(isSigned(other, signatureOf(body, secret), secret)).toBe(false);
      const changed = Uint8Array.from(
        [...body, 0].map((byte, at) => (at === place % (body.length + 1) ? byte ^ 1 : byte)),
      );
      expect(isSigned(changed, signatureOf(other, secret), secret)).toBe(false);
    }),
  );
});

test('the bytes that are verified are those that came, also where the gateway wrote them as Base64', () => {
  const event = {
    version: '2.0',
    rawPath: '/webhooks/shopify',
    headers: { 'X-Shopify-Hmac-Sha256': signatureOf(shopify.body) },
    requestContext: { http: { method: 'post' } },
    body: Buffer.from(shopify.body).toString('base64'),
    isBase64Encoded: true,
  };
  const { path, headers, body } = requestOf(event);
  expect([path, isSigned(body, headers['x-shopify-hmac-sha256'], testSecret)]).toEqual(['/webhooks/shopify', true]);
});

test('a stored secret is read once in five minutes, and one that fails is asked for again', async () => {
  let [now, reads] = [0, 0];
  const read = async (id: string) => {
    reads += 1;
    if (reads === 1) throw new Error('throttled');
    return `${id} ${reads}`;
  };
  const secretOf = storedSecrets({ shopify: 'arn' }, read, () => now);
  await expect(secretOf('shopify')).rejects.toThrow('throttled');
  expect([await secretOf('shopify'), await secretOf('shopify')]).toEqual(['arn 2', 'arn 2']);
  now = 300_000;
  expect([await secretOf('shopify'), await secretOf('woocommerce'), reads]).toEqual(['arn 3', undefined, 3]);
  expect(await secretsIn({ SILLAGE_SHOPIFY_WEBHOOK_SECRET: testSecret })('shopify')).toBe(testSecret);
  expect(await secretsIn({})('woocommerce')).toBeUndefined();
});
