import { createHmac } from 'node:crypto';
import { secret, type Row } from '../../test/small-lake.ts';

export const hmac = (value: string) => createHmac('sha256', secret).update(value).digest('hex').slice(0, 32);
export const rates = 'Date,USD,CHF,CYP,\n2025-01-03,1.0299,0.9386,N/A,\n';
export const ratesKey = 'raw/reference/fx_rates/dt=2025-01-03/ecb.csv';

/**
 * One good record of each source, and the row that it becomes. Amounts in EUR are worked out by hand from the rates
 * above.
 */
export interface GoodCase {
  readonly table: string;
  readonly id: string;
  readonly key: string;
  readonly content: readonly (string | object)[] | string;
  readonly rows: readonly Row[];
}
