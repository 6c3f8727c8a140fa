import * as fc from 'fast-check';
import { countPaths, type Journey, type Paths } from './paths.ts';

/** `A > B > converts` and `A > nothing`, in words as the literature writes paths; a number before it says how often. */
export function journeys(...lines: readonly string[]): Journey[] {
  return lines.flatMap((line) => {
    const {
      times = '1',
      path = '',
      end = '',
    } = /^(?:(?<times>\d+) × )?(?<path>.+) > (?<end>converts|nothing)$/.exec(line)?.groups ?? {};
    if (path === '') throw new Error(`Not a path: ${line}`);
    const journey = { touches: path.split(' > '), converted: end === 'converts', value: end === 'converts' ? 1000 : 0 };
    return Array.from({ length: Number(times) }, () => journey);
  });
}

export const counted = async (...lines: readonly string[]): Promise<Paths> => countPaths(journeys(...lines));

/** Journeys over a few channels, with repeats, of which at least one converted. */
export const someJourneys = (names: readonly [string, ...string[]] = ['A', 'B', 'C', 'D']) =>
  fc
    .array(
      fc.record({
        touches: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 7 }),
        converted: fc.boolean(),
        value: fc.nat({ max: 100_000 }),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .filter((all) => all.some(({ converted }) => converted));
