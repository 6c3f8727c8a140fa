import { Command, Option } from 'commander';
import { designExperiment } from '../lambdas/attribute/experiments/design.ts';
import { readStudy, type StudyReading } from '../lambdas/attribute/experiments/lift-study.ts';
import { beside, type Beside } from '../lambdas/attribute/experiments/other-experiments.ts';
import { coolDownDays, readExperiment, type Reading } from '../lambdas/attribute/experiments/reading.ts';
import { dayBefore, isoOf } from '../lambdas/shared/day-numbers.ts';
import { addDays, type Day } from '../lambdas/shared/days.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import {
  countedUntil,
  experimentsKey,
  isChangedSince,
  isOld,
  parseExperiments,
  peopleOf,
  regionsOf,
  testable,
  whatWasWithheld,
  type Experiment,
} from '../lambdas/shared/shop/experiments.ts';
import { readExperiments, readProfile } from '../lambdas/shared/shop/profile.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { existingLake, lakeFlag, lakeOption, UsageError } from './context.ts';
import { readChannel, readPanel, readStudyCredits } from './experiment-data.ts';
import { designText, readingText, studyText, withheld } from './experiment-report.ts';
import { numberWithin } from './number-argument.ts';
import { openLake } from './open-lake.ts';
import { say, warn } from './say.ts';

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
        `Not held against it: the days on which ${named(before)} withheld something in its areas, and the ${coolDownDays} after them.`,
      ]
    : []),
  ...(after.length > 0
    ? [
        `Days after ${until} do not count, whenever it is read: ${named(after)} withheld something from the next day on.`,
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
      `${id} withholds ${channel} from ${peopleOf(experiment) ?? 0} % of the people, and only the platform knows from whom: write what its study says into ${experimentsKey}, as "study": {"shown": {"people": …, "orders": …}, "withheld": {"people": …, "orders": …}, "until": "…"}, or {"incremental": …, "low": …, "high": …, "confidence": 90, "until": "…"} where it shows no groups.`,
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
      `${id} begins on ${from}, and the lake has orders from ${firstDay} on: what came before the experiment is needed to read it.`,
    );
  const all = regionsOf(experiment) ?? [];
  const known = new Set(rows.map(({ area }) => area));
  const strange = all.filter((area) => !known.has(area));
  if (strange.length > 0)
    throw new UsageError(
      `${id} holds out ${strange.join(', ')}, where no order ever went: regions are written as in orders.shipping_area (13, 2A, 974, BE).`,
    );
  const others = beside(experiment, log, lastDay);
  const { areas, until, without, apart, meanwhile, after } = others;
  if (meanwhile.length > 0 && (areas === undefined || areas.length === 0))
    throw new UsageError(
      `${id} cannot be read: ${named(meanwhile)} withheld something ${areas === undefined ? 'on its days, or on those that it is held against' : 'in its areas on the same days'}, so what either did cannot be told apart.`,
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

const textOf = ({ experiment, reading }: ReadExperiment): string =>
  'losses' in reading ? readingText(experiment, reading) : studyText(experiment, reading);

interface ReadFlags {
  readonly json?: boolean;
  readonly record?: boolean;
  readonly lake: string;
}

async function read(id: string | undefined, flags: ReadFlags): Promise<void> {
  const lake = await openLake(flags.lake);
  const log = await readExperiments(lake);
  const asked = id === undefined ? log : log.filter((one) => one.id === id);
  if (asked.length === 0)
    throw new UsageError(
      id === undefined
        ? `There is no experiment in ${lake.location}: plan one with "sillage experiment plan --channel Display", and write it into ${experimentsKey}.`
        : `There is no experiment ${id} in ${experimentsKey}; there are: ${log.map((one) => one.id).join(', ') || 'none'}.`,
    );
  if (flags.record && id === undefined)
    throw new UsageError('Name the experiment whose result is to be kept: sillage experiment read ID --record.');
  const readings = await readEach(lake, asked, asked.length > 1 ? warn : undefined);
  if (flags.record) {
    const root = existingLake(flags.lake);
    await keepReadings(lake, root, readings);
    say(
      `Kept in ${experimentsKey}. The next "sillage run${lakeFlag(root)}" builds channel_incrementality again, and nothing else.`,
    );
  }
  process.stdout.write(flags.json ? `${visibleJson(readings, 2)}\n` : `${readings.map(textOf).join('\n')}\n`);
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

interface PlanFlags {
  readonly channel: Experiment['channel'];
  readonly weeks: number;
  readonly power: number;
  readonly json?: boolean;
  readonly lake: string;
}

async function plan(flags: PlanFlags): Promise<void> {
  const lake = await openLake(flags.lake);
  const design = await withWarehouse(
    lake,
    loadCatalog(),
    async (warehouse) => {
      const orders = await readPanel(warehouse);
      return designExperiment(orders.rows, await readChannel(warehouse, flags.channel), { ...orders, ...flags });
    },
    { onWarning: warn },
  );
  if ('unknown' in design) throw new UsageError(design.unknown);
  process.stdout.write(flags.json ? `${visibleJson(design, 2)}\n` : `${designText(flags.channel, design)}\n`);
}

/** `sillage experiment`. */
export function experimentCommand(): Command {
  const command = new Command('experiment').description(
    'plan and read experiments: what a channel causes, by withholding it in some regions, from some people or for some weeks',
  );
  command
    .command('plan')
    .description('which regions to hold out, for how long, and the smallest effect that would be seen')
    .addOption(new Option('--channel <name>', 'channel to withhold').choices([...testable]).makeOptionMandatory())
    .option('--weeks <n>', 'how long', numberWithin(1, 26, { isWhole: true }), 4)
    .option('--power <share>', 'how often an effect of that size is to be seen', numberWithin(0.5, 0.99), 0.8)
    .option('--json', 'print it as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      `\nTried on the lake's own past: the same data give the same plan.\n\nExamples:\n  sillage experiment plan --channel Display\n  sillage experiment plan --channel "Paid Social" --weeks 6 --power 0.9`,
    )
    .action(plan);
  command
    .command('read')
    .description('what was lost where the channel was withheld, with interval, placebos and a check of the days before')
    .argument('[id]', 'experiment of experiments.json; all where it is left out')
    .option('--record', 'keep the result in experiments.json: roi_incremental then uses it')
    .option('--json', 'print it as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      `\nExamples:\n  sillage experiment read\n  sillage experiment read display-regions-1 --record`,
    )
    .action(read);
  command
    .command('list', { isDefault: false })
    .description('the experiments of the lake, and what they found')
    .addOption(lakeOption())
    .action(async (flags: { lake: string }) => {
      const log = await readExperiments(await openLake(flags.lake));
      for (const one of log)
        process.stdout.write(
          `${one.id}: ${withheld(one)}${one.result === undefined ? '' : `; caused ${one.result.incrementality} of its attributed orders (95 %: ${one.result.low} to ${one.result.high})`}${one.result === undefined && one.no_result !== undefined ? `; no result: ${one.no_result}` : ''}${isChangedSince(one) ? '; changed after it was read, so that does not count' : ''}${isOld(one, new Date()) ? '; more than a year ago' : ''}\n`,
        );
      if (log.length === 0)
        say(`There is no ${experimentsKey} in the lake: docs/experiments.md says how to write one.`);
    });
  return command.addHelpText(
    'after',
    `\nThe log of experiments is experiments.json in the lake; docs/experiments.md explains it.\n\nExamples:\n  sillage experiment plan --channel Display\n  sillage experiment read display-regions-1`,
  );
}
