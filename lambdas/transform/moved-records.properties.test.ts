import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { withSmallLake, type SmallLake } from '../../test/small-lake.ts';
import { counts, found, keyOf, kindOf, put, type Export, type Kind, type Version } from './moved-records.samples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-moved-properties-test') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

describe('whatever the versions, in whatever files and order', () => {
  const days = ['2025-01-05', '2025-01-06', '2025-01-14', '2025-02-20'];
  const version = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(...days),
    // Below nothing: it is refused.
    fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 999 }) }, { weight: 1, arbitrary: fc.constant(-1) }),
  );
  const file = fc.record({
    exported: fc.constantFrom('2025-03-01', '2025-03-02', '2025-03-31', '2025-04-01'),
    records: fc.array(version, { minLength: 1, maxLength: 5 }),
    isTransformed: fc.constantFrom(true, false, false),
    isRemoved: fc.constantFrom(false, false, false, true),
  });

  /**
   * By hand: the last version of each record, or those of which none is later, and what each day has of good and
   * refused ones.
   */
  function expected({ table }: Kind, files: readonly (Export & { readonly name: string })[]) {
    const last = new Map<number, { at: string; versions: Version[] }>();
    const byDay = new Map<string, { all: number; refused: number }>();
    for (const { exported, name, records } of files) {
      for (const one of records) {
        const [id, day, value] = one;
        const sums = byDay.get(day) ?? { all: 0, refused: 0 };
        byDay.set(day, { all: sums.all + 1, refused: sums.refused + (value < 0 ? 1 : 0) });
        if (value < 0) continue;
        const at = table === 'orders' ? exported : `${exported}/${name}`;
        const known = last.get(id);
        if (known === undefined || known.at < at) last.set(id, { at, versions: [one] });
        else if (known.at === at) known.versions.push(one);
      }
    }
    return { last, byDay };
  }

  test.each(['influencer_deals', 'orders'])(
    '%s: each record is in the table once, in its last version, and every version counts once',
    async (table) => {
      const kind = kindOf(table);
      await fc.assert(
        fc.asyncProperty(
          fc.array(file, { minLength: 1, maxLength: 6 }),
          fc.integer({ min: 1, max: 10_006 }),
          async (drawn, stride) =>
            withLake(async (small) => {
              const files = drawn.map((one, n) => ({ ...one, name: `export-${n}` }));
              const inOrder = files
                .map((one, n) => ({ ...one, place: ((n + 1) * stride) % 10_007 }))
                .toSorted((a, b) => a.place - b.place);
              for (const one of inOrder) {
                await put(small, kind, one, one.name);
                if (one.isTransformed) await small.transform(table, { workers: 2 });
              }
              for (const one of files) if (one.isRemoved) await small.lake.delete(keyOf(kind, one.exported, one.name));
              await small.transform(table, { workers: 2, mayRemove: true });
              const { last, byDay } = expected(
                kind,
                files.filter((one) => !one.isRemoved),
              );
              const rows = await found(small, kind);
              expect(rows.map(([id]) => id)).toEqual([...last.keys()].toSorted((a, b) => a - b));
              for (const row of rows) expect(last.get(row[0])?.versions).toContainEqual(row);
              for (const day of days) {
                const { all, refused } = byDay.get(day) ?? {};
                const out = rows.filter((row) => row[1] === day).length;
                expect([day, ...(await counts(small, kind, day))]).toEqual(
                  all === undefined
                    ? [day, ...Array.from({ length: 4 })]
                    : [day, all, out, refused, all - out - Number(refused)],
                );
              }
              if (byDay.size === 0) return;
              // However it came to be, a slice is made of its inputs alone, and what is remembered of them is that of
              // these inputs.
              const made = async () => {
                const etags: [string, string][] = [];
                for (const prefix of [`curated/${table}/`, `ops/routes/${table}`])
                  for await (const { key, etag } of small.lake.list(prefix)) etags.push([key, etag]);
                return etags;
              };
              const before = await made();
              for (const [key] of before) await small.lake.delete(key);
              await small.transform(table);
              expect(await made()).toEqual(before);
            }),
        ),
        { numRuns: 4, seed: 20250301, endOnFailure: true },
      );
    },
    600_000,
  );
});
