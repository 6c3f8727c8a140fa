import { fitResponse } from './fit-response.ts';
import type { BudgetHistory } from './history.ts';
import { fewestDays, leastCovered, type KnownResponse, type Refusal } from './known-response.ts';

/** Chains that differ by more have not met, and their figures are none. */
const mostScaleReduction = 1.2;

/** What is known of the response of each channel: fitted to the shop's days, or why it cannot be. */
export function knownResponse(history: BudgetHistory): KnownResponse {
  const days = { from: history.days[0] ?? '', to: history.days.at(-1) ?? '', count: history.days.length };
  const today = (channel: string) => history.today.get(channel) ?? 0;
  const refused = (refusal: Refusal): KnownResponse => ({
    days,
    channels: history.channels.map(({ channel, prior }) => ({
      channel,
      today: today(channel),
      reference: today(channel),
      curves: [],
      learnt: 0,
      basis: prior.basis,
      refusal,
    })),
    refusal,
  });
  if (days.count < fewestDays) return refused({ kind: 'short_history', value: days.count });
  if (history.covered < leastCovered) return refused({ kind: 'few_costs', value: history.covered });
  const { channels, scaleReduction } = fitResponse(history);
  if (scaleReduction > mostScaleReduction) return refused({ kind: 'contradictory', value: scaleReduction });
  return { days, channels: channels.map((one) => ({ ...one, today: today(one.channel) })) };
}
