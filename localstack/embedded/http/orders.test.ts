import { expect, test } from '@jest/globals';
import { memoryLake } from '../../../lambdas/shared/ports/memory-lake.ts';
import { nowMs, sent, shopifyOrder, testSecret } from '../../../lambdas/webhook/samples.ts';
import { collectorServer, ordersHere } from './collector.ts';

test('a laptop takes the signed orders of a shop, and runs for each that is new', async () => {
  const lake = memoryLake();
  let landed = 0;
  const server = await collectorServer({
    collect: () => Promise.reject(new Error('No event was sent.')),
    orders: ordersHere(
      { lake, clock: () => nowMs, log: () => {}, secretOf: async (name) => (name === 'shopify' ? testSecret : '') },
      () => (landed += 1),
    ),
  });
  const send = async (over: Partial<Parameters<typeof sent>[2]> = {}) => {
    const { path, body, headers } = sent('shopify', shopifyOrder({ note: 'Pour Zoé' }), over);
    const named = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    );
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers: named, body: Buffer.from(body) });
    return [answer.status, await answer.json()];
  };
  try {
    expect(await send()).toEqual([200, { landed: true }]);
    expect(await send()).toEqual([200, { landed: false }]);
    expect(await send({ headers: { 'x-shopify-hmac-sha256': 'AAAA' } })).toMatchObject([401, {}]);
    expect(await send({ path: '/webhooks/woocommerce' })).toMatchObject([404, {}]);
    expect(landed).toBe(1);
    const lines: unknown[] = [];
    for await (const { key } of lake.list('raw/')) lines.push(JSON.parse((await lake.get(key)).toString()));
    expect(lines).toEqual([shopifyOrder({ note: 'Pour Zoé' })]);
  } finally {
    await server.close();
  }
});
