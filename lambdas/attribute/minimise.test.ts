import { expect, test } from '@jest/globals';
import { minimise } from './minimise.ts';

const square = (value = NaN) => value * value;

/** His function, with its axes laid so that the first simplex is the one that he chose: (0, 0), (1, 1) and (λ, μ). */
const [lambda, mu] = [(1 + Math.sqrt(33)) / 8, (1 - Math.sqrt(33)) / 8];
const mckinnon = ([one = NaN, other = NaN]: readonly number[]) => {
  const [x, y] = [4 * one + 4 * lambda * other, 4 * one + 4 * mu * other];
  return (x <= 0 ? 360 : 6) * x * x + y + y * y;
};
/** Its minimum is at x = 0, y = −½. */
const atMckinnon = [-lambda / (8 * (lambda - mu)), 1 / (8 * (lambda - mu))];

test.each([
  {
    name: 'Rosenbrock’s valley',
    of: ([x = NaN, y = NaN]: readonly number[]) => square(1 - x) + 100 * square(y - x * x),
    start: [-1.2, 1],
    at: [1, 1],
  },
  {
    name: 'Powell’s function of four, flat at its floor',
    of: ([a = NaN, b = NaN, c = NaN, d = NaN]: readonly number[]) =>
      square(a + 10 * b) + 5 * square(c - d) + square(square(b - 2 * c)) + 10 * square(square(a - d)),
    start: [3, -1, 0, 1],
    at: [0, 0, 0, 0],
  },
  {
    name: 'McKinnon’s, on which a single run of the simplex ends where there is no minimum',
    of: mckinnon,
    start: [0, 0],
    at: atMckinnon,
  },
  {
    name: 'one that is not defined everywhere',
    of: ([x = NaN]: readonly number[]) => x - Math.log(x),
    start: [3],
    at: [1],
  },
])('$name', ({ of, start, at }) => {
  const minimum = minimise(of, start);
  expect(minimum.value).toBeCloseTo(of(at), 8);
  minimum.at.forEach((value, axis) => expect(Math.abs(value - (at[axis] ?? NaN))).toBeLessThan(0.02));
});

test('what one run of few steps does not reach, further ones do', () => {
  const valley = ([x = NaN, y = NaN]: readonly number[]) => square(1 - x) + 100 * square(y - x * x);
  expect(minimise(valley, [-1.2, 1], { mostSteps: 25 }).value).toBeCloseTo(0, 7);
});

test('a function that falls for ever, and one without a value at the start, are said to be', () => {
  expect(() => minimise(([x = NaN]) => -Math.exp(x), [0], { mostSteps: 20 })).toThrow(
    'No minimum was found in 6 starts',
  );
  expect(() => minimise(([x = NaN]) => Math.log(x), [-1])).toThrow('no value at the start');
});
