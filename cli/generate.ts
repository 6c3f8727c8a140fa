import { Command, Option } from 'commander';
import { BadRequest, allSources, type GenerateRequest, type Source } from '../lambdas/generate/generate.ts';
import type { Holdout } from '../lambdas/generate/market/holdout.ts';
import { marketNames, type MarketName } from '../lambdas/generate/market/kinds.ts';
import { worldOf } from '../lambdas/generate/market/world.ts';
import { addDays } from '../lambdas/shared/days.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { generateInParallel } from '../localstack/embedded/generate/generate-in-parallel.ts';
import { dayArgument, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { demoHoldout, holdoutArgument } from './holdout-argument.ts';
import { untilInterrupted } from './interrupted.ts';
import { daysUntilYesterday } from './market-days.ts';
import { anyNumber } from './number-argument.ts';
import { lakeToFill } from './open-lake.ts';
import { Progress, type Stretch } from './progress.ts';
import { say, warn } from './say.ts';
import { defaultPort, outputs, type OutputName } from './stream-options.ts';
import { inFlags } from './world-flags.ts';

interface Flags {
  readonly startDate?: string;
  readonly endDate?: string;
  readonly eventsPerDay?: number;
  readonly initialCustomers?: number;
  readonly seed?: number;
  readonly dirt?: number;
  readonly opens?: string;
  readonly market?: MarketName;
  readonly consent?: number;
  readonly holdout?: Holdout[];
  readonly lake: string;
  readonly json?: boolean;
}

interface WebFlags extends Flags {
  readonly mode: 'batch' | 'stream';
  readonly eventsPerMinute: number;
  readonly duration: number;
  readonly output: OutputName;
  readonly url: string;
  readonly stream: string;
}

/** Generates days of the simulated market, with progress, and says what was written. */
export async function generateDays(
  lake: Lake,
  sources: readonly Source[],
  from: string,
  to: string,
  world: Omit<GenerateRequest, 'sources' | 'from' | 'to'>,
  stretch?: Stretch,
) {
  const progress = new Progress(stretch);
  try {
    const summary = await generateInParallel(
      lake,
      { sources: [...sources], from, to, ...world },
      {
        onProgress: ({ done, days }) =>
          progress.update({ step: 'generate', done, of: days, unit: 'days', share: done / days }),
      },
    );
    const feeds = Object.entries(summary.feeds)
      .filter(([feed]) => feed !== 'truth')
      .map(([, feed]) => feed);
    const records = feeds.reduce((sum, feed) => sum + feed.records, 0);
    progress.done(
      `generated ${summary.days} days of ${sources.join(', ')}: ${records.toLocaleString('en-GB')} records, ` +
        `${(feeds.reduce((sum, feed) => sum + feed.bytes, 0) / 1e6).toFixed(1)} MB, seed ${summary.world.seed}`,
    );
    if (summary.unlogged.length > 0)
      warn(
        `experiments.json was edited by hand, so it is left as it is. See that it has: ${JSON.stringify(summary.unlogged)}`,
      );
    return summary;
  } catch (error) {
    if (error instanceof BadRequest) throw new UsageError(inFlags(error.message), { cause: error });
    throw error;
  } finally {
    progress.stop();
  }
}

/** The options that all sources share. */
function sourceCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option('--frequency <frequency>', 'one export a day').choices(['daily']).default('daily'))
    .option(
      '--events-per-day <n>',
      'size of the market: web events a day on the yearly average, 100 to 1,000,000 (default 5000)',
      anyNumber,
    )
    .option('--initial-customers <n>', 'customers that the shop has when the market opens (default 500)', anyNumber)
    .option('--seed <n>', 'the same seed gives the same market, byte for byte (default 1)', anyNumber)
    .option('--dirt <share>', 'amount of faulty records to add: 0 none, 1 as in real life (default 1)', anyNumber)
    .addOption(
      new Option(
        '--market <name>',
        'how advertising works in it: default: some of it does; saturated: too much is spent; seasonal: by season; ' +
          'no-effect: none does',
      ).choices([...marketNames]),
    )
    .option('--consent <share>', 'share of people who consent to be known: 0 to 1 (default 0.6)', anyNumber)
    .option(
      '--holdout <holdout>',
      'experiment: CHANNEL:FROM..TO without its advertisements, everywhere, :region=75,13,69 (first ' +
        'characters of the postcode, or a country), or :people=50 (percent of the people, by lot); repeatable',
      holdoutArgument,
    )
    .option('--opens <day>', 'first day of the market (default the first start date of the lake)', dayArgument)
    .option('--json', 'print what was written as JSON')
    .addOption(lakeOption());
}

async function generateBatch(
  sources: readonly Source[],
  {
    startDate,
    endDate,
    lake,
    json,
    eventsPerDay,
    initialCustomers,
    seed,
    dirt,
    opens,
    market,
    consent,
    holdout,
  }: Flags,
): Promise<void> {
  if ((startDate === undefined) !== (endDate === undefined))
    throw new UsageError(
      'Name both days, --start-date 2025-01-01 --end-date 2025-01-31, or neither: then the market goes on ' +
        'until yesterday.',
    );
  const target = await lakeToFill(lake);
  const isDemo = startDate === undefined && opens === undefined && (await worldOf(target)) === undefined;
  const { from, to } =
    startDate === undefined || endDate === undefined
      ? await daysUntilYesterday(target, sources, opens)
      : { from: startDate, to: endDate };
  if (from > to) {
    if (startDate !== undefined) throw new UsageError(`--start-date ${from} is after --end-date ${to}.`);
    say(`The market of this lake reaches ${addDays(from, -1)} already: nothing was generated.`);
    return;
  }
  const summary = await generateDays(target, sources, from, to, {
    eventsPerDay,
    initialCustomers,
    seed,
    dirt,
    opens,
    market,
    consent,
    holdouts: holdout ?? (isDemo ? [demoHoldout(to)] : undefined),
  });
  if (json) process.stdout.write(`${visibleJson(summary, 2)}\n`);
}

function batchCommand(name: string, description: string, sources: readonly Source[]): Command {
  return sourceCommand(name, description)
    .option('--start-date <day>', 'first day, 2025-01-01 (default the next day of the market)', dayArgument)
    .option('--end-date <day>', 'last day, included (default yesterday)', dayArgument)
    .addOption(new Option('--mode <mode>', 'batch writes raw objects').choices(['batch']).default('batch'))
    .addHelpText(
      'after',
      helpText(`
Examples:
  sillage generate ${name} --start-date 2025-01-01 --end-date 2025-01-31
  sillage generate ${name}                      goes on until yesterday; a new market has 90 days`),
    )
    .action((flags: Flags) => generateBatch(sources, flags));
}

/** Which flags mean something only in one mode, or with one output. */
const only = {
  batch: ['startDate', 'endDate', 'eventsPerDay', 'opens', 'market', 'consent', 'holdout'],
  stream: ['eventsPerMinute', 'duration', 'output', 'url', 'stream'],
} as const;

/** A flag that changes nothing is a mistake, and not passed over. @throws UsageError */
function refuseUnused({ mode, output }: WebFlags, command: Command): void {
  const given = (names: readonly string[]) => names.some((name) => command.getOptionValueSource(name) === 'cli');
  if (mode === 'stream' && given(only.batch))
    throw new UsageError(
      'A stream begins now, at its own pace: --start-date, --end-date, --events-per-day, --opens, --market, ' +
        '--consent and --holdout are for --mode batch.',
    );
  if (mode === 'batch' && given(only.stream))
    throw new UsageError(
      'Days are written as they are: --events-per-minute, --duration, --output, --url and --stream are for ' +
        '--mode stream.',
    );
  if (output !== 'http' && given(['url'])) throw new UsageError('--url is for --output http.');
  if (output !== 'kinesis' && given(['stream'])) throw new UsageError('--stream is for --output kinesis.');
}

async function generateStream({
  eventsPerMinute,
  duration,
  output,
  url,
  stream,
  lake,
  seed,
  dirt,
  initialCustomers,
  json,
}: WebFlags): Promise<void> {
  const { streamEvents } = await import('./generate-stream.ts');
  const summary = await untilInterrupted((signal) =>
    streamEvents({ eventsPerMinute, duration, output, url, stream, lake, seed, dirt, initialCustomers }, signal),
  );
  // What streams to standard output has it for itself.
  if (json) (output === 'stdout' ? process.stderr : process.stdout).write(`${visibleJson(summary, 2)}\n`);
}

/** Web events also stream: they are what comes in all the time. */
function webCommand(): Command {
  return sourceCommand('web', descriptions.web)
    .addOption(
      new Option('--mode <mode>', 'batch writes raw objects of days; stream sends events as they come in')
        .choices(['batch', 'stream'])
        .default('batch'),
    )
    .option('--start-date <day>', 'batch: first day, 2025-01-01 (default the next day of the market)', dayArgument)
    .option('--end-date <day>', 'batch: last day, included (default yesterday)', dayArgument)
    .option('--events-per-minute <n>', 'stream: how many', anyNumber, 30)
    .option('--duration <seconds>', 'stream: for how long', anyNumber, 3600)
    .addOption(new Option('--output <output>', 'stream: where to').choices([...outputs]).default('http'))
    .option('--url <url>', 'stream, http: the collector', `http://localhost:${defaultPort}/collect`)
    .option(
      '--stream <name>',
      'stream, kinesis: the stream; region and credentials as for any AWS tool',
      'sillage-web-events',
    )
    .addHelpText(
      'after',
      helpText(`
Examples:
  sillage generate web --start-date 2025-01-01 --end-date 2025-01-31
  sillage generate web --mode stream --events-per-minute 30 --duration 3600       to the collector of "sillage up"
  sillage generate web --mode stream --events-per-minute 600 --duration 60 --output stdout
  sillage generate web --mode stream --output kinesis --stream sillage-web-events

The events of a stream are those of another simulated shop than the lake's (--seed makes it repeatable): they belong to
none of its orders. Ctrl-C ends it, and what is due is sent.`),
    )
    .action((flags: WebFlags, command: Command) => {
      refuseUnused(flags, command);
      return flags.mode === 'stream' ? generateStream(flags) : generateBatch(['web'], flags);
    });
}

const descriptions: Readonly<Record<Source, string>> = {
  web: 'web events',
  crm: 'customers, orders and products of the shop',
  advertising: 'reports of Google Ads, Meta Ads and TikTok Ads',
  influencers: 'roster, deals and posts of influencers',
};

/** `sillage generate SOURCE`. */
export function generateCommand(): Command {
  const command = new Command('generate').description(
    'write raw objects of the simulated market: the same seed and day give the same bytes',
  );
  for (const source of allSources)
    command.addCommand(source === 'web' ? webCommand() : batchCommand(source, descriptions[source], [source]));
  command.addCommand(batchCommand('all', 'all sources, and exchange rates', allSources));
  return command.addHelpText(
    'after',
    helpText(`
Examples:
  sillage generate web --mode batch --start-date 2025-01-01 --end-date 2025-03-28 --events-per-day 5000
  sillage generate crm --start-date 2025-01-01 --end-date 2025-03-28 --frequency daily --initial-customers 500
  sillage generate all --start-date 2025-04-01 --end-date 2025-04-30        goes on in the lake's market
  sillage generate all                                                      goes on until yesterday
  sillage generate all --start-date 2025-01-01 --end-date 2025-03-31 --holdout display:2025-02-10..2025-03-09:region=75,13,69

Without dates a new market has 90 days, the last of them yesterday; one that is there gets the days that it lacks until
then. The same seed and the same dates always give the same bytes: name the dates where figures are to be compared.

A lake holds one market. Options that you leave out keep the values of that market.`),
  );
}
