import { expect, test } from '@jest/globals';
import { transformBatch } from '../plan/planned.ts';
import type { Entry } from '../shared/slices/ledger.ts';
import { inputKeys, inputsChanged, inputsHash, type SliceInput, type StaleSlice } from '../shared/slices/staleness.ts';
import { tableNamed } from '../shared/schema/catalog.ts';
import { catalog } from '../../test/small-lake.ts';
import { withGrown } from './grown.ts';

/** Inputs by their names, each `key@etag`. */
const inputs = (...names: readonly string[]): SliceInput[] =>
  names.map((name) => ({ key: name.split('@')[0] ?? '', etag: name.split('@')[1] ?? '' }));

interface Given {
  readonly day: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly reason?: string;
  /** What the ledger's hash is of, where it is not of `before`. */
  readonly entered?: readonly string[];
  readonly isOfOldCode?: boolean;
}

/** Which of the slices have only grown, by what. */
function grownOf(given: readonly Given[], table = 'web_events') {
  const byDay = new Map(given.map((one) => [one.day, one]));
  const stale = given.map(({ day, after, reason = inputsChanged }): StaleSlice => {
    return { table, day, reason, inputs: inputs(...after) };
  });
  const entryOf = ({ day }: StaleSlice): Entry | undefined => {
    const { before = [], entered = before, isOfOldCode } = byDay.get(day) ?? {};
    const counts = { rowsIn: 6, rowsOut: 3, rejected: 2, duplicates: 1, bytesOut: 9 };
    return isOfOldCode === true
      ? undefined
      : {
          ...counts,
          inputs: inputsHash(inputs(...entered)),
          code: 'c',
          outputEtag: `of ${day}`,
          finishedAt: '',
          runId: '',
          reason: '',
        };
  };
  const found = withGrown(tableNamed(catalog, table), stale, {
    entryOf,
    beforeOf: ({ day }) => inputKeys(inputs(...(byDay.get(day)?.before ?? []))),
    isRaw: (key) => key.startsWith('raw/'),
  });
  expect(found).toMatchObject(stale);
  return found;
}

const one = { day: '2025-01-05', before: ['raw/a@1', 'fx@1'], after: ['raw/a@1', 'fx@1', 'raw/b@2'] };

test('a slice has grown by the raw objects that were added, and its plan goes through JSON', () => {
  const slices = grownOf([one]);
  expect(slices.map(({ grown }) => grown)).toEqual([
    { added: ['raw/b'], etag: 'of 2025-01-05', rowsIn: 6, rejected: 2, duplicates: 1 },
  ]);
  const batch = { step: 'transform', table: 'web_events', code: 'c', slices, objects: [] };
  expect(transformBatch.parse(JSON.parse(JSON.stringify(batch)))).toEqual(batch);
});

test.each<readonly [what: string, given: Partial<Given>]>([
  ['it is built again for another reason', { reason: 'replayed' }],
  ['it was built by other code', { isOfOldCode: true }],
  ['an input has changed', { after: ['raw/a@2', 'fx@1', 'raw/b@2'] }],
  ['an input is gone', { after: ['raw/a@1', 'raw/b@2'] }],
  ['something else than a raw object was added', { after: ['raw/a@1', 'fx@1', 'fx2@1', 'raw/b@2'] }],
  ['the ledger names the inputs of another part of its day', { entered: ['raw/a@1'] }],
  ['nothing was added', { after: ['raw/a@1', 'fx@1'] }],
])('it has not only grown where %s', (_, given) => {
  expect(grownOf([{ ...one, ...given }]).map(({ grown }) => grown)).toEqual([undefined]);
});

test('an object that is new to one day and old to another feeds both: the other one is built of all', () => {
  const other = { day: '2025-01-06', before: ['raw/b@2'], after: ['raw/b@2', 'raw/c@3'] };
  const third = { day: '2025-01-07', before: ['raw/d@2'], after: ['raw/d@2', 'raw/c@3'] };
  expect(grownOf([one, other, third]).map(({ grown }) => grown?.added)).toEqual([['raw/b'], undefined, ['raw/c']]);
});

test('of a table in which another record may decide what a row is, nothing grows', () => {
  expect(grownOf([one], 'orders').map(({ grown }) => grown)).toEqual([undefined]);
});
