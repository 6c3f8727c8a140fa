import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pipeline, stepName, tablesOfStream } from './pipeline.ts';
import { loadCatalog, type Catalog } from './shared/schema/catalog.ts';
import { parseTable } from './shared/schema/table-document.ts';

const catalog = loadCatalog();

/** Tables of a zone that read others by name. */
function catalogOf(
  reads: Readonly<Record<string, readonly string[]>>,
  zone: 'curated' | 'marts' = 'marts',
  views: readonly string[] = [],
): Catalog {
  return new Map(
    Object.entries(reads).map(([name, inputs]) => [
      name,
      parseTable(
        zone,
        JSON.stringify({
          Name: name,
          Description: '',
          TableType: views.includes(name) ? 'VIRTUAL_VIEW' : 'EXTERNAL_TABLE',
          Parameters: { 'sillage.reads': inputs.join(' ') },
          StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }] },
        }),
      ),
    ]),
  );
}

/** The steps that come before one that they need. */
function tooEarly(steps: ReturnType<typeof pipeline>): string[] {
  const place = new Map(steps.map((step, i) => [stepName(step), i]));
  return steps.flatMap((step, i) =>
    step.after.filter((name) => (place.get(name) ?? Infinity) >= i).map((name) => `${stepName(step)} before ${name}`),
  );
}

describe('the pipeline of the house', () => {
  const steps = pipeline(catalog);

  test('joins what the stream landed first, has each table that is made once, by its own kind of step, then the check, and the publication last', () => {
    const made = [...catalog.values()].filter((table) => !table.isView && ['curated', 'marts'].includes(table.zone));
    expect(steps[0]).toEqual({ name: 'join', after: [], attempts: 3 });
    expect(steps.slice(1, -2).map(stepName).toSorted()).toEqual(
      made
        .map(({ name, zone }) => {
          const own = name === 'attribution_weights' ? 'attribute' : 'model';
          return `${zone === 'curated' ? 'transform' : own} ${name}`;
        })
        .toSorted(),
    );
    expect(steps.slice(-2)).toEqual([
      { name: 'check', after: steps.slice(1, -2).map(stepName), attempts: 1 },
      { name: 'publish', after: ['check'], attempts: 3 },
    ]);
    expect(
      steps
        .filter(({ after }) => after.includes('join'))
        .map(stepName)
        .toSorted(),
    ).toEqual(['order_items', 'orders', 'refunds', 'web_events'].map((table) => `transform ${table}`));
  });

  test('puts every step behind those it needs: the rates before the orders, the sessions before the touchpoints', () => {
    expect(tooEarly(steps)).toEqual([]);
    expect(steps.find((step) => step.table === 'orders')?.after).toEqual(['join', 'transform fx_rates']);
    expect(steps.find((step) => step.table === 'touchpoints')?.after).toEqual(
      expect.arrayContaining(['transform orders', 'model sessions']),
    );
  });

  test('a run over the stream makes what events change, but what the daily run makes alone', () => {
    expect([...tablesOfStream(catalog)]).toEqual([
      'web_events',
      'purchases',
      'deal_landings',
      'sessions',
      'touchpoints',
      'attribution',
    ]);
  });

  test('is the same on every run', () => {
    expect(pipeline(loadCatalog())).toEqual(steps);
  });
});

describe('whatever reads what', () => {
  test.each([
    ['itself', { a: ['a'] }, 'a → a read each other in a circle.'],
    ['one another', { a: ['b'], b: ['a'] }, 'a → b → a read each other in a circle.'],
    ['in a ring behind a straight way', { z: ['a'], a: ['b'], b: ['c'], c: ['a'] }, 'read each other in a circle.'],
  ])('a table that reads %s is refused', (_, reads, message) => {
    expect(() => pipeline(catalogOf(reads))).toThrow(message);
  });

  test("feeds and views are nobody's step", () => {
    expect(pipeline(catalogOf({ a: ['v', 'raw_x'], v: [] }, 'marts', ['v'])).map(stepName)).toEqual([
      'join',
      'model a',
      'check',
      'publish',
    ]);
  });

  test('an order is found wherever there is one', () => {
    const names = Array.from({ length: 8 }, (_, i) => `t${i}`);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 }),
        fc.shuffledSubarray(names, { minLength: 8 }),
        (pairs, order) => {
          // Each reads only what comes before it in some order: so there is no circle.
          const reads = Object.fromEntries(
            names.map((name) => [
              name,
              pairs
                .filter(([from]) => names[from] === name)
                .map(([, to]) => names[to] ?? '')
                .filter((other) => order.indexOf(other) < order.indexOf(name)),
            ]),
          );
          const steps = pipeline(catalogOf(reads));
          expect(steps).toHaveLength(11);
          expect(tooEarly(steps)).toEqual([]);
        },
      ),
      { seed: 20250111 },
    );
  });
});
