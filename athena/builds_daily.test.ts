/** What runs built and refused, computed once more by loops over the ledger. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, text, type Row, type Workshop } from './fixture.ts';
import { greatest, groups, measured, plain } from './sums.fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const days = ['2026-03-09', '2026-03-10'] as const;
const tablesOf = ['orders', 'web_events'] as const;
const reasons = ['required:order_id', 'min:quantity', 'unknown:currency'] as const;

test('what was built on a day: each run once, each slice as often as it was built', async () => {
  const pipeline_runs = Array.from({ length: 23 }, (_, i): Row => ({
    run_id: `run ${i % 5}`,
    table_name: tablesOf[i % 2] ?? null,
    slice: days[i % 3] ?? '2026-03-08',
    action: i % 4 === 1 ? 'removed' : 'built',
    // A model reads no records.
    rows_in: i % 3 === 0 ? null : 10 * i,
    rows_out: i,
    rejected: i % 6,
    duplicates: i % 7,
    finished_at: `2026-03-10 ${String((i * 7) % 24).padStart(2, '0')}:00:00.000`,
    dt: days[i % 7 < 3 ? 0 : 1],
  }));
  const found = await workshop.view('builds_daily', { pipeline_runs });
  const expected = groups(pipeline_runs, 'dt', 'table_name').map(([{ dt = null, ...names }, all]) => ({
    day: dt,
    ...names,
    runs: new Set(all.map((row) => text(row, 'run_id'))).size,
    slices_built: all.filter((row) => row['action'] === 'built').length,
    slices_removed: all.filter((row) => row['action'] === 'removed').length,
    ...measured(all, 'rows_in', 'rows_out', 'rejected', 'duplicates'),
    finished_at: greatest(all, 'finished_at'),
  }));
  expect(found).toHaveLength(4);
  expect(plain(found)).toEqual(plain(expected));
});

test('what was refused on a day: a record once for each of its reasons', async () => {
  const rejects = Array.from({ length: 17 }, (_, i): Row => ({
    table_name: tablesOf[i % 2] ?? null,
    feed: `feed ${i % 3}`,
    object: `object ${i}`,
    reasons: reasons.slice(i % 3),
    dt: days[i % 5 === 0 ? 0 : 1],
  }));
  const told = rejects.flatMap(({ dt = null, table_name = null, feed = null }, i) =>
    reasons.slice(i % 3).map((reason): Row => ({ day: dt, table_name, feed, reason })),
  );
  const found = await workshop.view('rejects_daily', { rejects });
  expect(plain(found)).toEqual(
    plain(
      groups(told, 'day', 'table_name', 'feed', 'reason').map(([names, all]) => ({ ...names, records: all.length })),
    ),
  );
});
