import { expect, test } from '@jest/globals';
import { engineOfTests } from '../../../test/engine-of-tests.ts';
import type { Session } from '../duckdb.ts';
import { memoryLake } from '../ports/memory-lake.ts';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { sliceKey } from '../schema/slice-key.ts';
import { rejectsKey } from '../schema/ops-keys.ts';
import { ledgerRow } from './ledger.samples.ts';
import type { LedgerRow } from './ledger-writer.ts';
import { Ledger } from './ledger.ts';
import { enter, removeOrphans, type Built } from './slice-maker.ts';
import { inputsHash } from './staleness.ts';

const catalog = loadCatalog();
let session: Session;
let folder: string;
engineOfTests('slice-maker', (made) => ({ session, folder } = made));

const days = ['2025-01-05', '2025-01-06', '2025-01-07'] as const;

/** What was built of a day, in figures that each stand for one column. */
const built = (day: string): Built => ({
  day,
  rowsIn: 9,
  rowsOut: 6,
  rejected: 2,
  duplicates: 1,
  bytesOut: 700,
  etag: 'e',
  startedAt: '2025-03-01T10:00:00.000Z',
  finishedAt: '2025-03-01T10:00:01.500Z',
});

test('what was built is entered under the slice of its day', async () => {
  const slices = days.map((day, n) => ({
    table: 'orders',
    day,
    inputs: [{ key: `raw/${day}`, etag: String(n) }],
    reason: `reason ${n}`,
  }));
  const rows: LedgerRow[] = [];
  const ledger = { add: async (row: LedgerRow) => void rows.push(row) };
  const batch = { step: 'transform', table: 'orders', code: 'c', slices } as const;
  await enter(ledger, batch, [built(days[2]), built(days[0])]);
  expect(rows).toEqual(
    [2, 0].map((n) => ({
      ...ledgerRow(days[n] ?? ''),
      part: null,
      reason: `reason ${n}`,
      inputs: inputsHash(slices[n]?.inputs ?? []),
      input_keys: [`raw/${days[n]}@${n}`],
      rows_in: 9,
      rows_out: 6,
      rejected: 2,
      duplicates: 1,
      bytes_out: 700,
    })),
  );
  await expect(enter(ledger, batch, [built('2025-01-08')])).rejects.toThrow(
    'The batch of orders has no slice of 2025-01-08, so nothing is entered for it.',
  );
});

test.each([
  ['transform', 'orders', 'no raw object has records for it', true],
  ['model', 'sessions', 'the day has no input any more', false],
] as const)(
  'an orphan of %s goes, by its reason; its rejects with it: %s %s %s',
  async (step, name, reason, isRejecting) => {
    const lake = memoryLake();
    const table = tableNamed(catalog, name);
    for (const day of days) {
      await lake.put(sliceKey(table, day), 'x');
      await lake.put(rejectsKey(catalog, table, day), 'x');
    }
    const ledger = await Ledger.open(lake, catalog, session, folder);
    for (const day of days) await ledger.add(ledgerRow(day, { step, table_name: name }));
    const removed: [string, string, string][] = [];
    const remove = ledger.remove.bind(ledger);
    ledger.remove = async (...given) => {
      const [, of, , day, why] = given;
      removed.push([of, day, why]);
      return remove(...given);
    };
    const orphans = [days[0], days[2]];
    await removeOrphans(ledger, lake, catalog, { step, table: name, slices: 3, batches: [], orphans });
    const left: string[] = [];
    for await (const key of lake.keys('')) if (!key.startsWith('ops/pipeline_runs/')) left.push(key);
    const ofRejects = isRejecting ? [days[1]] : days;
    expect(left.toSorted()).toEqual(
      [sliceKey(table, days[1]), ...ofRejects.map((day) => rejectsKey(catalog, table, day))].toSorted(),
    );
    expect(ledger.days(name)).toEqual([days[1]]);
    expect(removed).toEqual(orphans.map((day) => [step, day, reason]));
  },
);
