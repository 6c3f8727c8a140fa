import { ofRegions } from '../lambdas/attribute/experiments/reading.ts';
import { findingsOf } from '../lambdas/check/findings.ts';
import { buyersComeBack } from '../lambdas/import/erased-persons.ts';
import { sheetsToldTwice } from '../lambdas/import/deal-sheets.ts';
import { zonesThatDiffer } from '../lambdas/import/imported-zones.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { addDays, type Day } from '../lambdas/shared/days.ts';
import {
  coolDownDays,
  countedUntil,
  experimentsKey,
  isChangedSince,
  isOld,
  peopleOf,
  type Experiment,
} from '../lambdas/shared/shop/experiments.ts';
import { readProfile } from '../lambdas/shared/shop/profile.ts';
import { isClosed } from '../localstack/embedded/lake/errors.ts';
import { waitingForRun } from '../localstack/embedded/run/waiting.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';

/**
 * Experiments that are over and have no result: until then every figure goes by what is believed of the channel. Those
 * that were corrected after they were read. And those that were read before the last buyers had come whom the channel
 * would have brought.
 */
export const unreadExperiments = (experiments: readonly Experiment[], today: Day, flag: string): string[] =>
  experiments.flatMap((one) => {
    const { id, channel, to, result } = one;
    const how = `sillage experiment read ${id} --record${flag}`;
    if (result?.of !== undefined && isChangedSince(one))
      return [
        `The experiment ${id} was changed after it was read (then: ${result.of}): its result counts no more. ` +
          `Read it again: ${how}`,
      ];
    if (result === undefined) {
      if (one.no_result !== undefined || countedUntil(one) >= today) return [];
      const isUntold = peopleOf(one) !== undefined && one.study === undefined;
      const first = isUntold ? `write what the platform's study says into ${experimentsKey} ("study"), then: ` : '';
      return [
        `The experiment ${id} on ${channel} ended on ${to} and is not read: ${first}${how}. If that is ` +
          `refused for good, say why in ${experimentsKey}: "no_result": "…".`,
      ];
    }
    const whole = addDays(to, coolDownDays);
    const isPart = result.until === undefined ? result.read_on <= whole : result.until < whole;
    return result.method === ofRegions && isPart && whole < today
      ? [
          `The experiment ${id} on ${channel} was read on ` +
            `${result.read_on}${result.until === undefined ? '' : ` with orders until ${result.until}`}: who ` +
            `bought less until ${whole} is missing from it. Read it again: ${how}`,
        ]
      : [];
  });

/** Channels of which all that was found is old: it counts as if it had been found today. */
export function oldExperiments(experiments: readonly Experiment[], now: Date): string[] {
  const read = experiments.filter(({ result, campaign }) => result !== undefined && (campaign ?? null) === null);
  return [...new Set(read.map(({ channel }) => channel))].flatMap((channel) => {
    const own = read.filter((one) => one.channel === channel).toSorted((a, b) => (a.to > b.to ? -1 : 1));
    const [newest] = own;
    return newest === undefined || !isOld(newest, now)
      ? []
      : [
          `What ${channel} causes is taken from ` +
            `${own.length === 1 ? `the experiment ${newest.id}, which` : `experiments, of which the newest, ${newest.id},`} ` +
            `ended on ${newest.to}, more than a year ago, and counts in full: ads, audiences and the shop have ` +
            `changed since. Test it again: sillage experiment plan --channel ${JSON.stringify(channel)}; or ` +
            'take its result out of experiments.json.',
        ];
  });
}

/** What is told of what people sent: nothing to who may not look into it. `status` says that raw/ is not read. */
async function whereOpen(told: Promise<string[]>): Promise<string[]> {
  try {
    return await told;
  } catch (error) {
    if (!isClosed(error)) throw error;
    return [];
  }
}

/**
 * What makes the figures of a lake wrong without failing a check: a sentence for each, with what to do. `flag`: how a
 * command of the lake is written.
 */
export async function whatToKnow(lake: Lake, flag: string): Promise<string[]> {
  const { profile } = await readProfile(lake);
  const { back, findings, last } = await withWarehouse(lake, loadCatalog(), async (warehouse) => ({
    back: await whereOpen(buyersComeBack(lake, warehouse)),
    findings: await findingsOf(warehouse, flag),
    last: (await warehouse.query('SELECT last_day FROM order_days')).rows[0]?.[0],
  }));
  const today = new Date().toISOString().slice(0, 10);
  // What a day brought of which the lake has no orders cannot be read.
  const until = typeof last === 'string' && last < today ? addDays(last, 1) : today;
  return [
    ...(await waitingForRun(lake, flag)),
    ...back,
    ...findings,
    ...(await whereOpen(zonesThatDiffer(lake, profile.time_zone, flag))),
    ...(await whereOpen(sheetsToldTwice(lake, flag))),
    ...oldExperiments(profile.experiments, new Date()),
    ...unreadExperiments(profile.experiments, until, flag),
  ];
}
