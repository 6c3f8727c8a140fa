import type { PipelineRunsRow } from '../schema/rows.generated.ts';
import type { LedgerRow } from './ledger-writer.ts';

/** A row of the ledger: one slice of `orders` that was built. */
export const ledgerRow = (slice: string, over: Partial<PipelineRunsRow> = {}): LedgerRow => ({
  step: 'transform',
  table_name: 'orders',
  slice: slice,
  action: 'built',
  reason: 'never built',
  inputs: 'i',
  input_keys: ['raw/a@1', 'raw/b@2'],
  code: 'c',
  rows_in: 3,
  rows_out: 1,
  rejected: 1,
  duplicates: 1,
  bytes_out: 10,
  output_etag: 'e',
  started_at: new Date('2025-03-01T10:00:00.000Z'),
  finished_at: new Date('2025-03-01T10:00:01.500Z'),
  ...over,
});
