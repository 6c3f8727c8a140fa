/** Records in what an automation or a connector puts around each are the records. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'envelopes-'));
});
afterEach(() => rm(home, { recursive: true }));

const order = (id: number) => ({
  id,
  name: `#${id}`,
  created_at: '2025-03-10T10:00:00+01:00',
  processed_at: '2025-03-10T10:00:00+01:00',
  updated_at: '2025-03-10T10:00:00+01:00',
  cancelled_at: null,
  test: false,
  taxes_included: true,
  currency: 'EUR',
  total_price: '40.00',
  subtotal_price: '40.00',
  financial_status: 'paid',
  line_items: [{ id: id * 10, title: 'Cream', quantity: 1, price: '40.00', gift_card: false, tax_lines: [], discount_allocations: [] }], // prettier-ignore
  refunds: [],
});
const orders = [order(1), order(2)];
const jsonl = (records: readonly object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');
const raw = (data: unknown) => ({ _airbyte_raw_id: 'x', _airbyte_extracted_at: 1, _airbyte_data: data });

test.each([
  ['n8n', JSON.stringify(orders.map((json) => ({ json, pairedItem: { item: 0 } })))],
  ['Airbyte', jsonl(orders.map((one) => raw(one)))],
  ['Airbyte, as text', jsonl(orders.map((one) => raw(JSON.stringify(one))))],
  [
    'Singer',
    jsonl([
      { type: 'SCHEMA', stream: 'orders', schema: {}, key_properties: ['id'] },
      ...orders.map((record) => ({ type: 'RECORD', stream: 'orders', record })),
      { type: 'STATE', value: {} },
    ]),
  ],
])('of %s', async (_, text) => {
  const [bare] = await partsOf(home, 'bare.json', jsonl(orders));
  const [part] = await partsOf(home, 'o.json', text);
  expect(part).toMatchObject({ shape: 'shopify-orders-json', records: 2, totals: bare?.totals, notes: bare?.notes });
  expect(part?.totals.map(({ imported }) => imported)).toContain('80.00 EUR');
});

test('of a report what each sync told is refused: a day that was corrected would count twice', async () => {
  const day = (spend: string) => raw({ account_id: '9', account_currency: 'EUR', campaign_id: '22', campaign_name: 'A', impressions: '100', inline_link_clicks: '8', spend, date_start: '2025-03-10', date_stop: '2025-03-10' }); // prettier-ignore
  const [one] = await lookAt(home, 'm.json', jsonl([day('20.25'), day('20.50')]));
  expect(one?.kind === 'refused' && one.why).toMatch(/^It is what a connector noted of a report at each sync/);
});

test('a record without it refuses the file', async () => {
  const [one] = await lookAt(home, 'o.json', jsonl([raw(order(1)), order(2)]));
  expect(one?.kind === 'refused' && one.why).toMatch(/^Record 2 is not in the envelope/);
});
