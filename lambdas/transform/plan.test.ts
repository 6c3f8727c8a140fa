import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog, secret } from '../../test/small-lake.ts';
import { addDays } from '../shared/days.ts';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { rejectsKey } from '../shared/schema/ops-keys.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { defaultProfile } from '../shared/shop/profile.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { Ledger } from '../shared/slices/ledger.ts';
import { Listings } from '../shared/slices/listings.ts';
import { profileInputs } from '../shared/slices/profile-inputs.ts';
import { enter } from '../shared/slices/slice-maker.ts';
import { NamedSessions } from './named-sessions.ts';
import { pseudonymKey } from './pseudonyms.ts';
import { TransformStep } from './transform.ts';

const key = pseudonymKey(secret);
let engine: Engine;
let sessions: NamedSessions;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-plan-'));
  engine = await openEngine({ threads: 1, memoryMb: 300, spill: join(folder, 'spill') });
  sessions = new NamedSessions(engine, defaultProfile, key);
});
afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

/** A lake with one object of each day, each of which is said to have so many MiB. */
async function sized(sizes: readonly number[]): Promise<Lake> {
  const lake = memoryLake();
  const bytes = new Map<string, number>();
  for (const [n, size] of sizes.entries()) {
    const name = `raw/web/events/dt=${addDays('2025-01-01', n)}/a.jsonl`;
    bytes.set(name, size * 2 ** 20);
    await lake.put(name, '{}\n', { metadata: { rows: '1', 'single-day': 'true' } });
  }
  return {
    ...lake,
    async *list(prefix) {
      for await (const object of lake.list(prefix)) yield { ...object, size: bytes.get(object.key) ?? object.size };
    },
  };
}

const times = (count: number, size: number) => Array.from({ length: count }, () => size);

const table = tableNamed(catalog, 'web_events');

/** The transform of web events over a lake. */
const stepOn = (lake: Lake) =>
  new TransformStep(
    {
      profile: defaultProfile,
      lake,
      catalog,
      sessions,
      inputs: new Inputs(lake, profileInputs(defaultProfile)),
      scratch: join(folder, 'scratch'),
      key,
    },
    table,
  );

test.each<readonly [what: string, sizes: readonly number[], workers: number, batches: readonly number[]]>([
  ['little is not shared out', times(4, 0.25), 4, [4]],
  ['little, of many days: two months at most', times(70, 0.01), 4, [62, 8]],
  ['enough for all workers', times(4, 0.5), 2, [2, 2]],
  ['enough for all workers, unevenly', times(5, 1), 2, [3, 2]],
  ['just too little', [...times(3, 0.5), 0.49], 2, [4]],
  ['as much as one batch may hold', [32, 32], 1, [2]],
  ['a byte more', [32, 32 + 2 ** -20], 1, [1, 1]],
  ['a batch is counted anew behind a full one', [40, 30, 30, 4, 1], 1, [1, 3, 1]],
  ['one day is more than a batch may hold', [1, 100, 1], 1, [1, 1, 1]],
])('stale slices in batches: %s', async (_, sizes, workers, batches) => {
  const lake = await sized(sizes);
  const session = await engine.connect();
  try {
    const ledger = await Ledger.open(lake, catalog, session, join(folder, 'ledger'));
    const plan = await stepOn(lake).plan({ ledger, listings: new Listings(lake), workers });
    expect(plan.batches.map((batch) => batch.slices.length)).toEqual(batches);
    expect(plan.batches.flatMap(({ slices }) => slices.map(({ day }) => day))).toEqual(
      sizes.map((__, n) => addDays('2025-01-01', n)),
    );
    expect(plan.batches.map((batch) => batch.objects.length)).toEqual(batches);
  } finally {
    session.close();
  }
});

test('days that have grown are shared out by their rejects, too, which are read with them', async () => {
  const lake = await sized(times(4, 0.01));
  const session = await engine.connect();
  try {
    const ledger = await Ledger.open(lake, catalog, session, join(folder, 'ledger'));
    const plan = () => stepOn(lake).plan({ ledger, listings: new Listings(lake), workers: 1 });
    const rejected = 400_000;
    const metadata = { rows: String(rejected) };
    for (const batch of (await plan()).batches) {
      const built = [];
      for (const { day } of batch.slices) {
        const { etag } = await lake.put(sliceKey(table, day), 'rows');
        await lake.put(rejectsKey(catalog, table, day), 'rejects', { metadata });
        const at = new Date().toISOString();
        const counts = { rowsIn: rejected, rowsOut: 0, rejected, duplicates: 0, bytesOut: 1 };
        built.push({ ...counts, day, etag, startedAt: at, finishedAt: at });
      }
      await enter(ledger, batch, built);
      for (const { day } of batch.slices)
        await lake.put(`raw/web/events/dt=${day}/b.jsonl`, '{}\n', { metadata: { rows: '1', 'single-day': 'true' } });
    }
    const { batches } = await plan();
    expect(batches.map(({ slices }) => slices.map(({ grown }) => grown?.rejected))).toEqual(
      times(4, rejected).map((n) => [n]),
    );
  } finally {
    session.close();
  }
});
