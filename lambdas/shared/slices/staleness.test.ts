import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { sliceKey } from '../schema/slice-key.ts';
import {
  codeVersion,
  inputsHash,
  inputKeys,
  orphanDays,
  inputsChanged,
  inputsDifference,
  staleReason,
  windowInputs,
  type Slice,
  type SliceInput,
  type Standing,
} from './staleness.ts';

const input = (key: string, etag: string): SliceInput => ({ key, etag });
const slice = (...inputs: SliceInput[]) => ({ table: 't', day: '2025-01-05', inputs });
/** A slice as it stands, with what it was made from. */
interface Known extends Standing {
  readonly from: readonly SliceInput[];
}
const standing = (inputs: readonly SliceInput[], over: Partial<Standing> = {}): Known => ({
  from: inputs,
  inputs: inputsHash(inputs),
  code: 'c',
  outputEtag: 'o',
  ...over,
});
/** The reason, and where it is the inputs, in what they differ. */
function reasonOf(of: Slice, code: string, known: Known | undefined, output: string | undefined): string | undefined {
  const reason = staleReason(of, code, known, output);
  return reason === inputsChanged ? inputsDifference(inputKeys(known?.from ?? []), inputKeys(of.inputs)) : reason;
}
const [a, b, c] = [input('raw/a', '1'), input('raw/b', '1'), input('raw/c@x', '1')];

const cases: readonly {
  readonly id: string;
  readonly slice: ReturnType<typeof slice>;
  readonly code?: string;
  readonly standing?: Known;
  readonly output?: string;
  readonly reason: string | undefined;
}[] = [
  { id: 'as it would be built now', slice: slice(a, b), standing: standing([a, b]), output: 'o', reason: undefined },
  { id: 'inputs in another order', slice: slice(b, a), standing: standing([a, b]), output: 'o', reason: undefined },
  { id: 'never built', slice: slice(a), output: 'o', reason: 'never built' },
  { id: 'object missing', slice: slice(a), standing: standing([a]), reason: 'its object is missing' },
  {
    id: 'object of another hand',
    slice: slice(a),
    standing: standing([a]),
    output: 'p',
    reason: 'its object was changed by another hand',
  },
  { id: 'one input more', slice: slice(a, b), standing: standing([a]), output: 'o', reason: 'raw/b added' },
  { id: 'one input less', slice: slice(a), standing: standing([a, b]), output: 'o', reason: 'raw/b removed' },
  {
    id: 'another content',
    slice: slice(input('raw/a', '2'), b),
    standing: standing([a, b]),
    output: 'o',
    reason: 'raw/a changed',
  },
  {
    id: 'a key with an @',
    slice: slice(input('raw/c@x', '2')),
    standing: standing([c]),
    output: 'o',
    reason: 'raw/c@x changed',
  },
  {
    id: 'several: what was added is named first',
    slice: slice(input('raw/a', '2'), c),
    standing: standing([a, b]),
    output: 'o',
    reason: 'raw/c@x added (and 2 more)',
  },
  { id: 'the last input gone', slice: slice(), standing: standing([a]), output: 'o', reason: 'raw/a removed' },
  { id: 'other code', slice: slice(a), code: 'd', standing: standing([a]), output: 'o', reason: 'code changed' },
  {
    id: 'other code and inputs: the inputs are named',
    slice: slice(a, b),
    code: 'd',
    standing: standing([a]),
    output: 'o',
    reason: 'raw/b added',
  },
  {
    id: 'a ledger whose hash and keys do not agree',
    slice: slice(a),
    standing: standing([a], { inputs: 'x' }),
    output: 'o',
    reason: 'inputs changed',
  },
];

test.each(cases)('staleReason: $id', ({ slice: of, code = 'c', standing: known, output, reason }) => {
  expect(reasonOf(of, code, known, output)).toBe(reason);
});

const someInputs = fc.uniqueArray(
  fc.record({ key: fc.stringMatching(/^[a-z/=@-]{1,6}$/), etag: fc.stringMatching(/^[0-9a-f]{1,3}$/) }),
  { selector: (one) => one.key, maxLength: 6 },
);

describe('the hash of inputs', () => {
  test('is the SHA-256 of the sorted inputs, whatever their order', () => {
    fc.assert(
      fc.property(
        someInputs.chain((inputs) =>
          fc.tuple(fc.constant(inputs), fc.shuffledSubarray(inputs, { minLength: inputs.length })),
        ),
        ([inputs, shuffled]) => {
          expect(inputsHash(shuffled)).toBe(
            createHash('sha256')
              .update(
                inputs
                  .map((one) => `${one.key}@${one.etag}`)
                  .toSorted()
                  .join('\n'),
              )
              .digest('hex'),
          );
        },
      ),
      { seed: 20250108 },
    );
  });

  test('a slice is stale exactly where its inputs are not those that it was built from, and the reason names one of them', () => {
    fc.assert(
      fc.property(someInputs, someInputs, (before, after) => {
        const reason = reasonOf(slice(...after), 'c', standing(before), 'o');
        const same = inputKeys(before).join('\n') === inputKeys(after).join('\n');
        expect(reason === undefined).toBe(same);
        expect(reason === undefined || [...before, ...after].some(({ key }) => reason.startsWith(`${key} `))).toBe(
          true,
        );
      }),
      { seed: 20250109 },
    );
  });
});

test.each([
  ['a@1', 'a@1 b@1 c@1', 'b added (and 1 more)'],
  ['a@1 b@1', 'a@2 b@1 c@1', 'c added (and 1 more)'],
  ['a@1 b@1 c@1', 'a@2 d@1', 'd added (and 3 more)'],
  ['a@1 b@1', 'b@2', 'b changed (and 1 more)'],
])('from `%s` to `%s`: %s', (before, after, reason) => {
  expect(inputsDifference(before.split(' '), after.split(' '))).toBe(reason);
});

test('only objects that are a slice’s own key stand for its day', () => {
  const table = tableNamed(loadCatalog(), 'orders');
  const keys = [
    sliceKey(table, '2025-03-02'),
    `${table.prefix}dt=2025-03-03/another.parquet`,
    `${table.prefix}dt=2025-02-30/orders.parquet`,
    `${table.prefix}orders.parquet`,
  ];
  expect(orphanDays(table, [], [], keys)).toEqual(['2025-03-02']);
  expect(
    orphanDays(table, [{ table: 'orders', day: '2025-03-01', inputs: [] }], ['2025-03-01', '2025-01-31'], keys),
  ).toEqual(['2025-01-31', '2025-03-02']);
});

test('codeVersion tells its parts apart', () => {
  expect(codeVersion('ab', 'c')).not.toBe(codeVersion('a', 'bc'));
  expect(codeVersion('a', 'b')).toBe(codeVersion('a', 'b'));
});

test('windowInputs are the objects that stand, both ends of the window included', () => {
  const table = tableNamed(loadCatalog(), 'fx_rates');
  const days = new Set(['2024-12-30', '2024-12-31', '2025-01-02', '2025-01-03']);
  const ledger = {
    days: (name: string) => (name === 'fx_rates' ? [...days] : []),
    whole: (name: string, day: string) =>
      name === 'fx_rates' && days.has(day) ? [standing([], { outputEtag: `etag ${day}` })] : [],
  };
  const found = (from: number, to: number) => windowInputs(ledger, table, '2025-01-02', from, to);
  const at = (day: string) => ({ key: `curated/fx_rates/dt=${day}/fx_rates.parquet`, etag: `etag ${day}` });
  expect(found(-2, 0)).toEqual([at('2024-12-31'), at('2025-01-02')]);
  expect(found(-3, 1)).toEqual([at('2024-12-30'), at('2024-12-31'), at('2025-01-02'), at('2025-01-03')]);
  expect(found(2, 5)).toEqual([]);
});
