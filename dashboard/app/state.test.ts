import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dayNumber } from '../../lambdas/shared/day-numbers.ts';
import { comparisons, defaultState, mendedBy, readState, themes, writeState, wrongIn, type State } from './state.ts';

const text = fc.string({ minLength: 1 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const day = fc.integer({ min: 0, max: 40_000 });
const states: fc.Arbitrary<State> = fc.record({
  view: text,
  period: fc.oneof(
    fc.integer({ min: 1, max: 9999 }).map((last) => ({ last })),
    fc.tuple(day, day).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
  ),
  comparison: fc.constantFrom(...comparisons),
  filters: fc.record({ channel: maybe(text), campaign: maybe(text), country: maybe(text), device: maybe(text) }),
  model: maybe(text),
  lookback: maybe(fc.constantFrom(7, 30, 90)),
  metric: maybe(text),
  language: maybe(fc.constantFrom('en' as const, 'fr' as const)),
  theme: maybe(fc.constantFrom(...themes)),
  own: fc.dictionary(fc.constantFrom('sql', 'sort', 'open'), text),
});

test('a link has the whole state: whoever opens it has chosen the same', () => {
  fc.assert(fc.property(states, (state) => expect(readState(writeState(state))).toEqual(state)));
});

test('the address of the first page says nothing', () => {
  expect(writeState(defaultState)).toBe('?');
});

test.each([
  ['?days=0', { last: 28 }],
  ['?days=x', { last: 28 }],
  ['?from=2025-02-30&to=2025-03-01', { last: 28 }],
  ['?from=2025-03-02&to=2025-03-01', { last: 28 }],
  ['?from=2025-03-01&to=2025-03-02', { from: dayNumber('2025-03-01'), to: dayNumber('2025-03-02') }],
])('%s is the period %j', (search, period) => {
  expect(readState(search).period).toEqual(period);
});

test.each([
  ['?from=2025-03-02&to=2025-03-01', ['from=2025-03-02', 'to=2025-03-01']],
  ['?from=2025-02-30&to=2025-03-01&channel=Email', ['from=2025-02-30', 'to=2025-03-01']],
  ['?compare=decade&lookback=8&days=x', ['compare=decade', 'lookback=8', 'days=x']],
  // What is usual of one thing is not so of another.
  ['?lookback=28&from=28', ['lookback=28', 'from=28']],
  // Of two of one name one alone is followed.
  ['?channel=Email&channel=Direct', ['channel=Direct']],
  ['?channel=&campaign=', []],
  ['?view=marketing&days=28&compare=previous&sql=SELECT', []],
  ['?from=2025-03-01&to=2025-03-02&channel=Paid+Social&lookback=7', []],
])('of %s it is told that %j is not followed', (search, wrong) => {
  expect(wrongIn(search, writeState(readState(search)))).toEqual(wrong);
});

test('a filter without a value is none: all stands in its list, and no figure is of what has no name', () => {
  expect(readState('?channel=&campaign=&country=&device=&model=&view=')).toEqual(defaultState);
});

test('what a link has is followed', () => {
  fc.assert(fc.property(states, (state) => expect(wrongIn(writeState(state), writeState(state))).toEqual([])));
});

const [known, models] = [{ from: dayNumber('2025-01-01'), to: dayNumber('2025-03-31') }, ['linear', 'last']];
const sought = { metrics: ['revenue', 'roas'], own: ['sort'] };
const within = (from: string, to: string) => ({ from: dayNumber(from), to: dayNumber(to) });
test.each([
  ['?from=2026-12-01&to=2026-12-31', { period: { last: 28 } }, ['from=2026-12-01', 'to=2026-12-31']],
  ['?from=2025-03-01&to=2025-12-31&model=last', { period: within('2025-03-01', '2025-03-31') }, ['to=2025-12-31']],
  ['?model=bar', { model: undefined }, ['model=bar']],
  ['?metric=foo', { metric: undefined }, ['metric=foo']],
  // A name that no figure follows: a filter that is misspelt left all of them as they were.
  ['?chanel=Email&sort=-spend', { own: { sort: '-spend' } }, ['chanel=Email']],
  // What a mail or a network put behind the link.
  ['?fbclid=IwAR0&utm_source=klaviyo&mc_eid=1&sort=spend', { own: { sort: 'spend' } }, []],
  ['?from=2025-03-01&to=2025-03-02&model=last&metric=roas&sort=spend', undefined, []],
])('%s shows what there is, and says so', (search, mended, wrong) => {
  const state = readState(search);
  expect(mendedBy(state, known, models, sought)).toEqual(mended);
  expect(wrongIn(search, writeState({ ...state, ...mended }))).toEqual(wrong);
});

test('a model is not unknown before the figures are there', () => {
  expect(mendedBy({ ...defaultState, model: 'bar' }, known, [], sought)).toBeUndefined();
});
