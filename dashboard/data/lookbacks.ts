import type { Manifest } from '../../lambdas/publish/manifest-schema.ts';
import type { Days } from '../../lambdas/shared/day-numbers.ts';
import { numbersOf, picked, type Marts } from './mart.ts';
import type { DataSource } from './source.ts';

/** How many days before an order a visit may be to be credited, as the lake computes it. */
export const lookbacks = [7, 30, 90] as const;

/** What is attributed with a look-back other than that of the shop's profile, which stands in marts of its own. */
const ofOthers = 'returns_other_lookbacks_daily';
const ofOne: ReadonlySet<string> = new Set(['returns_daily', 'channel_returns_daily']);

/** The look-backs that figures are published of. */
export const publishedLookbacks = ({ marts, shop }: Manifest): readonly number[] =>
  ofOthers in marts ? lookbacks : [shop.lookback_days];

/**
 * Marts over some days, with what is attributed by a look-back: under the same names, so that no figure need know of
 * it.
 * @throws DataProblem
 */
export async function martsWith(
  source: DataSource,
  lookback: number,
  names: readonly string[],
  days: Days,
): Promise<Marts> {
  const attributed = names.filter((name) => ofOne.has(name));
  if (lookback === source.manifest.shop.lookback_days || attributed.length === 0) return source.marts(names, days);
  const others = names.filter((name) => !ofOne.has(name));
  const { [ofOthers]: all, ...marts } = await source.marts([...others, ofOthers], days);
  if (all === undefined) return marts;
  const of = numbersOf(all, 'lookback_days');
  const returns = picked(all, (row) => of[row] === lookback);
  return { ...marts, ...Object.fromEntries(attributed.map((name) => [name, returns])) };
}
