/** Orders that a subscription renewed, or a marketplace sold, are called so, whoever placed them. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { order, withSmallLake } from '../../test/small-lake.ts';
import { openEngine } from '../shared/duckdb.ts';

test('where an order was placed: renewals by the shop, or by an app’s tag; marketplaces by their channel, gateway or relay', async () => {
  const engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-renewals-test') });
  const cases: readonly (readonly [object, string])[] = [
    [{ source_name: 'web' }, 'web'],
    [{ source_name: 'subscription_contract' }, 'subscription_contract'],
    [{ source_name: 'subscription_contract_checkout_one' }, 'subscription_contract'],
    [{ source_name: '294517', tags: 'Subscription, Subscription Recurring Order' }, 'subscription_contract'],
    [{ source_name: '999', tags: 'appstle_subscription_recurring_order' }, 'subscription_contract'],
    [{ source_name: 'web', tags: 'Subscription, Subscription First Order' }, 'web'],
    [{ source_name: 'web', tags: 'non recurring orders list' }, 'web'],
    [{ source_name: 'amazon-us' }, 'marketplace_amazon'],
    [{ source_name: 'TikTok Shop' }, 'marketplace_tiktok shop'],
    [{ source_name: '580111', payment_gateway_names: ['eBay'] }, 'marketplace_ebay'],
    [{ source_name: undefined, payment_gateway_names: ['ManoMano'] }, 'marketplace_manomano'],
    [{ source_name: '1234', email: 'x7f@marketplace.amazon.fr' }, 'marketplace_amazon'],
    [{ source_name: '1234', payment_gateway_names: ['Amazon Pay'] }, '1234'],
    [{ source_name: '1234', payment_gateway_names: ['Lottokasse', 'ebayern'] }, '1234'],
    [{ source_name: 'web', payment_gateway_names: ['amazon_payments', 'Amazon'] }, 'web'],
  ];
  try {
    await withSmallLake(engine, async (lake) => {
      await lake.drop(
        'raw/crm/orders/dt=2025-01-05/a.jsonl.gz',
        cases.map(([more], n) => order(n, { id: n + 1, ...more })),
      );
      await lake.transform('orders');
      const found = new Map((await lake.rows('orders')).map((row) => [Number(row['order_id']), row['source_name']]));
      expect(cases.map((_, n) => found.get(n + 1))).toEqual(cases.map(([, name]) => name));
    });
  } finally {
    engine.close();
  }
});
