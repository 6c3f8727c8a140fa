/** The names of personal.sql at their borders, over numbers that are made here. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Macros, openMacros } from './macro-cases.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

async function expectAll(expression: string, cases: ReadonlyMap<string, unknown>): Promise<void> {
  const found = await macros.evaluate(expression, [...cases.keys()]);
  expect(new Map([...cases.keys()].map((text, i) => [text, found[i]]))).toEqual(cases);
}

const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
/** Luhn's sum by its table of doubled digits. */
const luhn = (digits: string) =>
  Array.from(digits, Number)
    .toReversed()
    .reduce((sum, digit, n) => sum + (n % 2 === 0 ? digit : (doubled[digit] ?? 0)), 0);
/** A number of a length that begins so, with the right last digit. */
function numbered(prefix: string, length: number): string {
  const body = `${prefix}5940718263594`.padEnd(length - 1, '0').slice(0, length - 1);
  return `${body}${(10 - (luhn(`${body}0`) % 10)) % 10}`;
}
const grouped = (digits: string, sizes: readonly number[], sign = ' ') => {
  const ends = sizes.map((_, n) => sizes.slice(0, n + 1).reduce((sum, size) => sum + size, 0));
  return ends.map((end, n) => digits.slice(ends[n - 1] ?? 0, end)).join(sign);
};

test('a card number has the digits of a card, a right last one, and the groups that stand on cards', () => {
  const cards = ['4', '51', '55', '22', '27', '6'].map((prefix) => numbered(prefix, 16));
  const american = ['34', '37'].map((prefix) => numbered(prefix, 15));
  const others = ['0', '1', '3', '50', '56', '21', '28', '7', '8', '9'].map((prefix) => numbered(prefix, 16));
  const [visa = ''] = cards;
  const [amex = ''] = american;
  const wrong = [visa, amex].flatMap((number) =>
    [1, 5, 9].map((more) => `${number.slice(0, -1)}${(Number(number.at(-1)) + more) % 10}`),
  );
  return expectAll(
    'is_card(x)',
    new Map([
      ...[...cards, ...american].map((number) => [number, true] as const),
      ...[...others, ...wrong, numbered('36', 15), numbered('34', 16)].map((number) => [number, false] as const),
      [numbered('4', 14), false],
      [numbered('4', 17), false],
      [grouped(visa, [4, 4, 4, 4]), true],
      [grouped(visa, [4, 4, 4, 4], '-'), true],
      [grouped(amex, [4, 6, 5]), true],
      [grouped(amex, [4, 4, 4, 3]), true],
      [grouped(visa, [2, 4, 4, 6]), false],
      [grouped(visa, [8, 8]), false],
      [grouped(amex, [5, 5, 5]), false],
    ]),
  );
});

test('what looks random changes at least five times between letters and digits', () =>
  expectAll(
    'random_looking(x)',
    new Map([
      ['a1b2c3', true],
      ['1a2b3c', true],
      ['aa11bb22cc33', true],
      ['a1b2c', false],
      ['1a2b3', false],
      ['a1b2', false],
      ['abcdef', false],
      ['123456', false],
      ['', false],
    ]),
  ));

test('of several in one text, none is left', () => {
  const times = (texts: readonly string[], sign: string) => texts.join(sign);
  const four = ['58', '59', '60', '61'];
  const tokens = ['1', '2', '3'].map((n) => `123e4567-e89b-42d3-a456-42661417400${n}`);
  const ibans = ['FR76 3000 6000 0112 3456 7890 189', 'GB82 WEST 1234 5698 7654 32', 'NL91ABNA0417164300'];
  return expectAll(
    'masked(x)',
    new Map([
      [
        times(
          four.map((end) => `+44 20 7946 09${end}`),
          ',',
        ),
        '[phone],[phone],[phone],[phone]',
      ],
      [
        times(
          four.map((end) => `06123456${end}`),
          ',',
        ),
        '[phone],[phone],[phone],[phone]',
      ],
      [
        times(
          four.map((end) => `j${end}@example.org`),
          ' ',
        ),
        '[email] [email] [email] [email]',
      ],
      [times(tokens, ' '), '[token] [token] [token]'],
      [times(ibans, ' / '), '[iban] / [iban] / [iban]'],
      ['/reset/abcdef123 /verify/abcdef124 /invite/abcdef125', '/reset/[token] /verify/[token] /invite/[token]'],
      ['4111111111111111, 378282246310005, 5555555555554444', '[card], [card], [card]'],
    ]),
  );
});
