import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import * as z from 'zod';
import { dataDrivenModels } from '../shared/data-driven-models.ts';
import { addDays } from '../shared/days.ts';
import { versionsOf } from '../shared/libraries.ts';
import { parquetRows } from '../shared/parquet-rows.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { Inputs } from '../shared/slices/inputs.ts';
import { AttributeStep, loadModels } from './attribute.ts';
import { channelWeights, type DataDrivenModel } from './channel-weights.ts';
import { addPaths, countPaths } from './paths.ts';
import { someJourneys } from './samples.ts';
import { modelsText, responseText } from './sources.ts';

const catalog = loadCatalog();
const [pathTypes, weights] = [tableNamed(catalog, 'path_types'), tableNamed(catalog, 'attribution_weights')];
const scratch = mkdtempSync(join(tmpdir(), 'attribute-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A path, journeys with an order, journeys without. */
type Counted = readonly [path: string, conversions: number, nonConversions: number];
const monday = '2026-03-09';

const Row = z.strictObject({
  attribution_model: z.string(),
  channel: z.string(),
  weight: z.number(),
  conversions: z.bigint().transform(Number),
  non_conversions: z.bigint().transform(Number),
  remark: z.string(),
  dt: z.date(),
});

/** Builds the week over these days' journeys. @returns the object's bytes and its rows */
async function built(days: Readonly<Record<string, readonly Counted[]>>) {
  const lake = memoryLake();
  const inputs = await Promise.all(
    Object.entries(days).map(async ([day, paths]) => {
      const key = sliceKey(pathTypes, day);
      const rows = paths.map(([path, conversions, non_conversions]) => ({
        path,
        conversions,
        non_conversions,
        dt: new Date(day),
      }));
      return { key, etag: (await lake.put(key, await parquetRows(pathTypes, rows))).etag };
    }),
  );
  const step = new AttributeStep(
    { lake, catalog, inputs: new Inputs(lake, []), scratch: mkdtempSync(join(scratch, 's')) },
    weights,
  );
  const slice = { table: weights.name, day: monday, inputs, reason: 'never built' };
  const [made] = await step.build({ step: 'attribute', table: weights.name, code: 'c', slices: [slice] });
  const bytes = await lake.get(sliceKey(weights, monday));
  const rows = z.array(Row).parse(await parquetReadObjects({ file: Uint8Array.from(bytes).buffer, compressors }));
  expect(made).toMatchObject({ day: monday, rowsOut: rows.length, bytesOut: bytes.length, rowsIn: null });
  return { bytes, rows };
}

/** The weights that are not 0, by model. */
const found = (rows: readonly z.infer<typeof Row>[], model: string) =>
  Object.fromEntries(
    rows
      .filter((row) => row.attribution_model === model && row.weight > 0)
      .map(({ channel, weight }) => [channel, weight]),
  );

const channels = weights.columns.find(({ name }) => name === 'channel')?.accepted ?? [];

describe('a week', () => {
  test('adds up its days, and has a row for every model and channel', async () => {
    const { rows } = await built({
      [addDays(monday, -9)]: [['Email > Display', 1, 0]],
      [addDays(monday, -2)]: [
        ['Email', 0, 1],
        ['Email > Display', 1, 0],
      ],
    });
    expect(rows).toHaveLength(dataDrivenModels.length * channels.length);
    expect(new Set(rows.map(({ dt }) => dt.toISOString().slice(0, 10)))).toEqual(new Set([monday]));
    // All orders need both channels.
    expect(found(rows, 'markov')).toEqual({ Display: 0.5, Email: 0.5 });
    // v(Email) = 0, v(Display) = 0, v(both) = 2/3: each has half of it.
    expect(found(rows, 'shapley')).toEqual({ Display: 0.5, Email: 0.5 });
    expect(rows.find(({ channel }) => channel === 'Email')).toMatchObject({ conversions: 2, non_conversions: 1 });
    expect(new Set(rows.map(({ remark }) => remark))).toEqual(
      new Set([
        'Learnt from 2 journeys with an order and 1 without, of the 90 days before; few orders, so the ' +
          'weights are rough.',
      ]),
    );
  });

  test('what lowers the rate has no weight by Shapley, and some by Markov', async () => {
    const { rows } = await built({
      [addDays(monday, -1)]: [
        ['Email', 5, 5],
        ['Display', 1, 99],
      ],
    });
    // v(Email) = 1/2, v(Display) = 1/100, v(both) = 6/110: φ = 0.2723 and −0.2177.
    expect(found(rows, 'shapley')).toEqual({ Email: 1 });
    expect(found(rows, 'markov')).toEqual({ Display: 0.1667, Email: 0.8333 });
  });

  test.each([
    ['no day at all', {}, '0 journeys with an order and 0 without'],
    [
      'journeys without an order alone',
      { [addDays(monday, -1)]: [['Email', 0, 1200]] },
      '0 journeys with an order and 1,200 without',
    ],
  ] as const)('of %s has all channels alike, and says so', async (_, days, journeys) => {
    const { rows } = await built(days);
    expect(new Set(rows.map(({ weight }) => weight))).toEqual(new Set([Math.round(1e4 / channels.length) / 1e4]));
    expect(rows[0]?.remark).toBe(
      `Nothing to learn from, so all channels are alike: ${journeys}, of the 90 days before.`,
    );
  });

  test('says that journeys without an order are not known yet', async () => {
    const { rows } = await built({ [addDays(monday, -1)]: [['Email', 100, 0]] });
    expect(rows[0]?.remark).toBe(
      'Learnt from 100 journeys with an order and 0 without, of the 90 days before; a journey without an ' +
        'order is known after 30 quiet days.',
    );
  });

  test('is the same to the byte, whatever the order of its objects', async () => {
    const days: [string, Counted[]][] = [
      [
        addDays(monday, -3),
        [
          ['Email > Direct', 3, 7],
          ['Direct', 1, 12],
        ],
      ],
      [
        addDays(monday, -2),
        [
          ['Paid Search', 2, 9],
          ['Email', 1, 5],
        ],
      ],
    ];
    const [one, other] = [await built(Object.fromEntries(days)), await built(Object.fromEntries(days.toReversed()))];
    expect(one.bytes.equals(other.bytes)).toBe(true);
  });
});

test('each model is a file of models/, and the text that decides the weights has it', async () => {
  expect((await loadModels()).map(({ name }) => name)).toEqual(dataDrivenModels);
  for (const name of dataDrivenModels) expect(modelsText()).toContain(`\nmodels/${name}.ts\n`);
  expect(`${modelsText()}${responseText()}`).not.toMatch(/(test|samples)\.ts\n/);
});

test.each([
  ['the weights', 'models/', modelsText],
  ['what is learnt of the response to spend', 'response/', responseText],
])('what decides %s names each library of numbers that they are reckoned with', (_, folder, text) => {
  expect(text().split('\n')[0]).toBe(versionsOf(...numberLibraries(folder)));
});

/** The libraries that the sources of a folder import, and those that they import in turn; not those that only read. */
function numberLibraries(folder: string): string[] {
  const room = new URL('./', import.meta.url);
  const first = readdirSync(new URL(folder, room)).filter((name) => /(?<!\.(test|samples))\.ts$/.test(name));
  const open = first.map((name) => new URL(`${folder}${name}`, room).href);
  const seen = new Set<string>();
  const libraries = new Set<string>();
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    if (seen.has(source) || !source.startsWith(room.href)) continue;
    seen.add(source);
    for (const [, name = ''] of readFileSync(new URL(source), 'utf8').matchAll(/ from '([^']+)';$/gm))
      if (name.startsWith('.')) open.push(new URL(name, source).href);
      else if (!name.startsWith('node:') && name !== 'zod') libraries.add(name.split('/')[0] ?? name);
  }
  return [...libraries].toSorted();
}

test('whatever the journeys, the weights of a model are shares of 1', async () => {
  const models = await loadModels();
  await fc.assert(
    fc.asyncProperty(someJourneys(), async (journeys) => {
      const rows = channelWeights(await countPaths(journeys), ['A', 'B', 'C', 'D', 'never seen'], models);
      for (const { name } of models) {
        const own = rows.filter((row) => row.attribution_model === name);
        expect(own).toHaveLength(5);
        expect(Math.min(...own.map(({ weight }) => weight))).toBeGreaterThanOrEqual(0);
        expect(own.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 3);
      }
    }),
    { numRuns: 200, seed: 20_260_309 },
  );
});

test('journeys that were counted day by day are those that are counted at once', async () => {
  await fc.assert(
    fc.asyncProperty(someJourneys(), fc.nat(40), async (journeys, cut) => {
      const parts = [journeys.slice(0, cut), journeys.slice(cut)].map((part) =>
        part.map(({ touches, converted, value }) => ({
          touches,
          conversions: converted ? 1 : 0,
          nonConversions: converted ? 0 : 1,
          value: converted ? value : 0,
        })),
      );
      expect(addPaths(parts.flat())).toEqual(await countPaths(journeys));
    }),
    { numRuns: 100, seed: 7 },
  );
});

test('a channel that the schema does not know is not lost', () => {
  const model: DataDrivenModel = { name: 'm', weightsOf: ({ names }) => names.map(() => 1) };
  const paths = addPaths([{ touches: ['Email', 'New'], conversions: 1, nonConversions: 0, value: 0 }]);
  expect(channelWeights(paths, ['Email'], [model]).map(({ channel, weight }) => [channel, weight])).toEqual([
    ['Email', 0.5],
    ['New', 0.5],
  ]);
});
