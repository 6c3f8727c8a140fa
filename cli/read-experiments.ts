import { readStudy, type StudyReading } from '../lambdas/attribute/experiments/lift-study.ts';
import { beside, type Beside } from '../lambdas/attribute/experiments/other-experiments.ts';
import { readExperiment, type Reading } from '../lambdas/attribute/experiments/reading.ts';
import { dayBefore, isoOf } from '../lambdas/shared/day-numbers.ts';
import { addDays, type Day } from '../lambdas/shared/days.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import {
  coolDownDays,
  countedUntil,
  experimentsKey,
  parseExperiments,
  peopleOf,
  regionsOf,
  whatWasWithheld,
  type Experiment,
} from '../lambdas/shared/shop/experiments.ts';
import { readExperiments, readProfile } from '../lambdas/shared/shop/profile.ts';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { UsageError } from './context.ts';
import { readChannel, readPanel, readStudyCredits } from './experiment-data.ts';
import { warn } from './say.ts';

type Asking = Pick<Warehouse, 'query'>;

const named = (experiments: readonly Experiment[]) =>
  experiments.map(({ id, channel }) => `${id} (${channel})`).join(', ');

/** What a reading leaves out since others were there, in words. */
const leftOut = (one: Experiment, { areas, meanwhile, before, after, until }: Beside): string[] => [
  ...(meanwhile.length > 0
    ? [
        `Left out, since ${named(meanwhile)} withheld something there too: ${regionsOf(one)
          ?.filter((area) => areas?.includes(area) === false)
          .join(', ')}.`,
      ]
    : []),
  ...(before.length > 0
    ? [
        `Not held against it: the days on which ${named(before)} withheld something in its areas, and the ` +
          `${coolDownDays} after them.`,
      ]
    : []),
  ...(after.length > 0
    ? [
        `Days after ${until} do not count, whenever it is read: ${named(after)} withheld something from the ` +
          'next day on.',
      ]
    : []),
];

/** @throws UsageError where a day that counts is not over, or not in the lake yet */
function refuseUnended(id: string, to: Day, lastDay: Day, timeZone: string): void {
  if (to > lastDay || to > isoOf(dayBefore(new Date(), timeZone)))
    throw new UsageError(`${id} ends on ${to}, and the lake has orders until ${lastDay}: read it after its end.`);
}

/**
 * Reads a lift study by people: what the platform counts in its two groups, over what the lake credits the channel with.
 * @throws UsageError in words where its counts are not written down, or the lake lacks its days
 */
export async function readStudyOne(warehouse: Asking, experiment: Experiment, timeZone = 'UTC'): Promise<StudyReading> {
  const { id, from, to, channel, campaign, study } = experiment;
  if (study === undefined)
    throw new UsageError(
      `${id} withholds ${channel} from ${peopleOf(experiment) ?? 0} % of the people, and only the platform ` +
        `knows from whom: write what its study says into ${experimentsKey}, as "study": {"shown": {"people": …, ` +
        '"orders": …}, "withheld": {"people": …, "orders": …}, "until": "…"}, or {"incremental": …, "low": …, ' +
        '"high": …, "confidence": 90, "until": "…"} where it shows no groups.',
    );
  const { firstDay, lastDay } = await readPanel(warehouse);
  const until = countedUntil(experiment);
  refuseUnended(id, until, lastDay, timeZone);
  if (from < firstDay)
    throw new UsageError(
      `${id} begins on ${from}, and the lake has orders from ${firstDay} on: it lacks days of the study.`,
    );
  return readStudy(
    experiment,
    study,
    await readStudyCredits(warehouse, { channel, campaign, from, to, until, timeZone }),
  );
}

/** A reading, and whether days that the lake does not have yet are going to count, too. */
export type ReadOne = Reading & { readonly isToCome: boolean };

/**
 * Reads one experiment of the log, beside the others: see `beside`.
 * @throws UsageError in words where it cannot be read yet, or names areas without orders
 */
export async function readOne(
  warehouse: Asking,
  experiment: Experiment,
  log: readonly Experiment[] = [],
  timeZone = 'UTC',
): Promise<ReadOne> {
  const { id, from, to, channel, campaign } = experiment;
  const { rows, firstDay, lastDay, withoutMargin } = await readPanel(warehouse);
  refuseUnended(id, to, lastDay, timeZone);
  if (from <= firstDay)
    throw new UsageError(
      `${id} begins on ${from}, and the lake has orders from ${firstDay} on: what came before the experiment ` +
        'is needed to read it.',
    );
  const all = regionsOf(experiment) ?? [];
  const known = new Set(rows.map(({ area }) => area));
  const strange = all.filter((area) => !known.has(area));
  if (strange.length > 0)
    throw new UsageError(
      `${id} holds out ${strange.join(', ')}, where no order ever went: regions are written as in ` +
        'orders.shipping_area (13, 2A, 974, BE).',
    );
  const others = beside(experiment, log, lastDay);
  const { areas, until, without, apart, meanwhile, after } = others;
  if (meanwhile.length > 0 && (areas === undefined || areas.length === 0))
    throw new UsageError(
      `${id} cannot be read: ${named(meanwhile)} withheld something ` +
        `${areas === undefined ? 'on its days, or on those that it is held against' : 'in its areas on the same days'}, ` +
        'so what either did cannot be told apart.',
    );
  const credits = await readChannel(warehouse, channel, {
    campaign,
    without: [...new Set([...all, ...apart])],
    heldOut: areas ?? [],
  });
  const counted = rows.filter(({ area }) => !apart.includes(area));
  const reading = readExperiment(
    { from, to, areas, until, without, isEnded: after.length > 0 },
    { rows: counted, channel: credits, firstDay },
  );
  return {
    ...reading,
    isToCome: after.length === 0 && until < addDays(to, coolDownDays),
    remarks: [
      ...leftOut(experiment, others),
      ...reading.remarks,
      ...(withoutMargin > 0 && reading.losses.margin.value !== null
        ? [`The margin lost is too small: of ${withoutMargin} of the lake's orders no cost of goods is known.`]
        : []),
    ],
  };
}

/** An experiment of the log, and what it says. */
export interface ReadExperiment {
  readonly experiment: Experiment;
  readonly reading: ReadOne | StudyReading;
}

/**
 * Reads experiments of the log, one after the other.
 * @param onRefused hears why one cannot be read, and the others are read; without it the first refusal is thrown
 * @param onWarning hears what should be known of the lake
 */
export async function readEach(
  lake: Lake,
  asked: readonly Experiment[],
  onRefused?: (why: string) => void,
  onWarning: (line: string) => void = warn,
): Promise<ReadExperiment[]> {
  const [log, { profile }] = [await readExperiments(lake), await readProfile(lake)];
  return withWarehouse(
    lake,
    loadCatalog(),
    async (warehouse) => {
      const found: ReadExperiment[] = [];
      for (const experiment of asked)
        try {
          found.push({
            experiment,
            reading: await (peopleOf(experiment) === undefined
              ? readOne(warehouse, experiment, log, profile.time_zone)
              : readStudyOne(warehouse, experiment, profile.time_zone)),
          });
        } catch (error) {
          if (onRefused === undefined || !(error instanceof UsageError)) throw error;
          onRefused(error.message);
        }
      return found;
    },
    { onWarning },
  );
}

/** The log with what was read, as it is written. @throws UsageError where a reading has no result to keep */
async function recorded(lake: Lake, { experiment, reading }: ReadExperiment): Promise<string> {
  const { value, low, high, remark } = reading.incrementality;
  if (value === null || low === null || high === null)
    throw new UsageError(
      `${experiment.id} has no result to keep: ${remark ?? 'the data do not say'} Nothing was written.`,
    );
  const { profile } = await readProfile(lake);
  const rounded = (number: number) => Number(number.toFixed(4));
  const result: Experiment['result'] = {
    incrementality: rounded(value),
    low: rounded(low),
    high: rounded(high),
    attribution_model: profile.attribution_model,
    lookback_days: profile.lookback_days,
    method: 'losses' in reading ? reading.losses.orders.method : reading.method,
    read_on: new Date().toISOString().slice(0, 10),
    ...('isToCome' in reading && reading.isToCome && { until: reading.until }),
    of: whatWasWithheld(experiment),
  };
  const experiments = profile.experiments.map((one) => (one.id === experiment.id ? { ...one, result } : one));
  const text = `${JSON.stringify({ experiments }, null, 2)}\n`;
  parseExperiments(text);
  return text;
}

/** Writes the results of readings into the log. @throws UsageError where one has none to keep */
export async function keepReadings(lake: Lake, root: string, readings: readonly ReadExperiment[]): Promise<void> {
  const lock = await acquireLock(root, 'run');
  try {
    for (const one of readings)
      await lake.put(experimentsKey, await recorded(lake, one), { contentType: 'application/json' });
  } finally {
    await lock.release();
  }
}
