/** `--holdout CHANNEL:FROM..TO[:region=75,13]`, and the experiment that a new demo market comes with. */
import { holdoutSchema, paidChannels, type Holdout } from '../lambdas/generate/market/holdout.ts';
import { addDays, type Day } from '../lambdas/shared/days.ts';
import { UsageError } from './context.ts';

const shape = /^(?<channel>[^:]+):(?<from>[\d-]+)\.\.(?<to>[\d-]+)(?::regions?=(?<regions>[\w,]+))?$/u;
const plain = (channel: string): string => channel.toLowerCase().replaceAll(/[\s_-]+/gu, ' ');

/** Reads one holdout; several are collected. @throws UsageError that says how to write it */
export function holdoutArgument(text: string, earlier: readonly Holdout[] = []): Holdout[] {
  const found = shape.exec(text)?.groups;
  if (found === undefined)
    throw new UsageError(
      `"${text}" is no holdout: write CHANNEL:FROM..TO, for example display:2025-02-10..2025-03-09, and after it :region=75,13,69 for some regions only.`,
    );
  const parsed = holdoutSchema.safeParse({
    channel: paidChannels.find((channel) => plain(channel) === plain(found['channel'] ?? '')) ?? found['channel'],
    from: found['from'],
    to: found['to'],
    ...(found['regions'] !== undefined && {
      regions: found['regions'].split(',').map((region) => region.toUpperCase()),
    }),
  });
  if (!parsed.success)
    throw new UsageError(`"${text}": ${parsed.error.issues.map(({ message }) => message).join('; ')}.`);
  return [...earlier, parsed.data];
}

/** Départements of all kinds, where a fifth of the people live. */
const demoRegions = ['13', '31', '33', '44', '54', '59', '67', '69', '76', '87'];

/** The experiment of a new market: four weeks without Display in some regions, over three weeks before the last day. */
export function demoHoldout(lastDay: Day): Holdout {
  return { channel: 'Display', from: addDays(lastDay, -48), to: addDays(lastDay, -21), regions: demoRegions };
}
