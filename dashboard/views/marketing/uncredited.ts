import { uncreditedShare } from '../../../lambdas/shared/known-spend.ts';
import type { ReturnsRow } from './channel-rows.ts';

/**
 * The share of the orders with which no channel is credited, 0 to 1, where it is much and something was spent: without
 * visits, landing pages and codes all spend looks lost. Undefined where it is little, or one channel alone is shown.
 */
export function uncreditedOf(
  rows: readonly Pick<ReturnsRow, 'level' | 'id' | 'orders' | 'spend'>[],
): number | undefined {
  const channels = rows.filter(({ level }) => level === 'channel');
  const sum = (of: typeof channels, what: 'orders' | 'spend') => of.reduce((all, row) => all + (row[what] ?? 0), 0);
  const [orders, nobodys] = [channels, channels.filter(({ id }) => id === 'Unassigned')].map((of) => sum(of, 'orders'));
  if (!orders || !nobodys || channels.length < 2 || sum(channels, 'spend') <= 0) return undefined;
  return nobodys >= uncreditedShare * orders ? nobodys / orders : undefined;
}
