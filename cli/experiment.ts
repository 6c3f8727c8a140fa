import { Command, Option } from 'commander';
import { designExperiment } from '../lambdas/attribute/experiments/design.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { experimentsKey, testable, type Experiment } from '../lambdas/shared/shop/experiments.ts';
import { readExperiments } from '../lambdas/shared/shop/profile.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { existingLake, lakeFlag, lakeOption, UsageError } from './context.ts';
import { readChannel, readPanel } from './experiment-data.ts';
import { designText, foundBy, readingText, studyText, withheld } from './experiment-report.ts';
import { helpText } from './help-text.ts';
import { numberWithin } from './number-argument.ts';
import { openLake } from './open-lake.ts';
import { keepReadings, readEach, type ReadExperiment } from './read-experiments.ts';
import { say, warn } from './say.ts';

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
        ? `There is no experiment in ${lake.location}: plan one with "sillage experiment plan --channel ` +
            `Display", and write it into ${experimentsKey}.`
        : `There is no experiment ${id} in ${experimentsKey}; there are: ` +
            `${log.map((one) => one.id).join(', ') || 'none'}.`,
    );
  if (flags.record && id === undefined)
    throw new UsageError('Name the experiment whose result is to be kept: sillage experiment read ID --record.');
  const readings = await readEach(lake, asked, asked.length > 1 ? warn : undefined);
  if (flags.record) {
    const root = existingLake(flags.lake);
    await keepReadings(lake, root, readings);
    say(
      `Kept in ${experimentsKey}. The next "sillage run${lakeFlag(root)}" builds channel_incrementality ` +
        'again, and nothing else.',
    );
  }
  process.stdout.write(flags.json ? `${visibleJson(readings, 2)}\n` : `${readings.map(textOf).join('\n')}\n`);
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
    'plan and read experiments: what a channel causes, by withholding it in some regions, from some people or ' +
      'for some weeks',
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
      helpText(
        `\nTried on the lake's own past: the same data give the same plan.\n\nExamples:\n  sillage experiment ` +
          `plan --channel Display\n  sillage experiment plan --channel "Paid Social" --weeks 6 --power 0.9`,
      ),
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
      helpText(`\nExamples:\n  sillage experiment read\n  sillage experiment read display-regions-1 --record`),
    )
    .action(read);
  command
    .command('list', { isDefault: false })
    .description('the experiments of the lake, and what they found')
    .addOption(lakeOption())
    .action(async (flags: { lake: string }) => {
      const log = await readExperiments(await openLake(flags.lake));
      for (const one of log) process.stdout.write(`${one.id}: ${[withheld(one), ...foundBy(one)].join('; ')}\n`);
      if (log.length === 0)
        say(`There is no ${experimentsKey} in the lake: docs/experiments.md says how to write one.`);
    });
  return command.addHelpText(
    'after',
    helpText(
      `\nThe log of experiments is experiments.json in the lake; docs/experiments.md explains ` +
        `it.\n\nExamples:\n  sillage experiment plan --channel Display\n  sillage experiment read ` +
        'display-regions-1',
    ),
  );
}
