/** Findings of which a shop by hand shows both sides: that they are told, and that they are not. */
import { afterAll, beforeAll } from '@jest/globals';
import { openWorkshop, type Row, type Tables, type Workshop } from '../../../athena/fixture.ts';
import { findings } from '../findings.ts';

/** What the findings tell of rows by hand, for the tests of one file. */
export function tellingOfShops() {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());
  const toldOf = async (name: string, tables: Tables): Promise<readonly string[]> => {
    const finding = findings.find((one) => one.name === name);
    if (finding === undefined) throw new Error(`There is no finding of ${name}.`);
    const answer = await workshop.view('finding', tables, finding.sql);
    return finding.words(
      answer.map((row) => Object.values(row)),
      '',
    );
  };
  /** The same of the rows of one table. */
  const told = (name: string, table: string, rows: readonly Row[]) => toldOf(name, { [table]: rows });
  return { told, toldOf };
}

export const order = (n: number, financial_status: string, more: Row = {}): Row => ({
  order_id: `O${n}`,
  financial_status,
  is_test: false,
  is_conversion: financial_status === 'paid',
  total_price_eur: '10.00',
  local_date: '2026-03-10',
  ...more,
});

export const orders = (paid: number, ...others: readonly Row[]) => [
  ...Array.from({ length: paid }, (_, n) => order(n, 'paid')),
  ...others,
];

/** Ten orders, the first of them credited to nobody, the others to a channel on which was spent. */
export const credited = (nobodys: number, more: Tables = {}): Tables => ({
  orders: orders(10).map((one) => ({ ...one, net_revenue_eur: '10.00', processed_at: '2026-03-10 10:00:00.000' })),
  shop: [{ name: 'S', attribution_model: 'last', lookback_days: 30, dt: '1970-01-01' }],
  attribution_models: [{ attribution_model: 'last', dt: '1970-01-01' }],
  attribution: Array.from({ length: 10 }, (_, n) => ({
    order_id: `O${n}`,
    touch_id: `O${n}`,
    attribution_model: 'last',
    lookback_days: 30,
    channel: n < nobodys ? 'Unassigned' : 'Display',
    credit: 1,
  })),
  ad_spend: [{ platform: 'criteo', channel: 'Display', spend_eur: '5.00', dt: '2026-03-10' }],
  ...more,
});

export const numbered = (id: number, number: string, more: Row = {}) =>
  order(id, 'paid', { order_number: number, order_name: `#${number}`, net_revenue_eur: '8.00', ...more });
