/** `--holdout CHANNEL:FROM..TO[:region=75,13|:people=50]`, and the experiment that a new demo market comes with. */
import { nearlyHalfOfFrance } from '../lambdas/generate/market/departments.ts';
import { holdoutSchema, paidChannels, type Holdout } from '../lambdas/generate/market/holdout.ts';
import { addDays, type Day } from '../lambdas/shared/days.ts';
import { UsageError } from './context.ts';

const shape =
  /^(?<channel>[^:]+):(?<from>[\d-]+)\.\.(?<to>[\d-]+)(?::regions?=(?<regions>[\w,]+)|:people=(?<people>[\d.]+)%?)?$/u;
const plain = (channel: string): string => channel.toLowerCase().replaceAll(/[\s_-]+/gu, ' ');

/** Reads one holdout; several are collected. @throws UsageError that says how to write it */
export function holdoutArgument(text: string, earlier: readonly Holdout[] = []): Holdout[] {
  const found = shape.exec(text)?.groups;
  if (found === undefined)
    throw new UsageError(
      `"${text}" is no holdout: write CHANNEL:FROM..TO, for example display:2025-02-10..2025-03-09, and after ` +
        'it :region=75,13,69 for some regions only, or :people=50 for so many percent of the people.',
    );
  const parsed = holdoutSchema.safeParse({
    channel: paidChannels.find((channel) => plain(channel) === plain(found['channel'] ?? '')) ?? found['channel'],
    from: found['from'],
    to: found['to'],
    ...(found['regions'] !== undefined && {
      regions: found['regions'].split(',').map((region) => region.toUpperCase()),
    }),
    ...(found['people'] !== undefined && { people: Number(found['people']) }),
  });
  if (!parsed.success)
    throw new UsageError(`"${text}": ${parsed.error.issues.map(({ message }) => message).join('; ')}.`);
  return [...earlier, parsed.data];
}

/**
 * The experiment of a new market: six weeks without Paid Social, the channel with most spend, where 45 % of the
 * French live. A shop of twenty orders a day sees nothing in less.
 */
export function demoHoldout(lastDay: Day): Holdout {
  return {
    channel: 'Paid Social',
    from: addDays(lastDay, -43),
    to: addDays(lastDay, -2),
    regions: [...nearlyHalfOfFrance],
  };
}
