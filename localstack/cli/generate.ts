import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { BadRequest, SOURCES, type Source } from '../../lambdas/generate/generate.ts';
import { filesLake } from '../embedded/files-lake.ts';
import { generateInParallel } from '../embedded/generate-in-parallel.ts';
import { dayArgument, lakeOption, UsageError } from './context.ts';
import { Progress } from './progress.ts';

interface Flags {
  readonly startDate: string;
  readonly endDate: string;
  readonly mode?: string;
  readonly eventsPerDay?: number;
  readonly initialCustomers?: number;
  readonly seed?: number;
  readonly dirt?: number;
  readonly opens?: string;
  readonly lake: string;
  readonly json?: boolean;
}

function numberArgument(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new UsageError(`"${text}" is not a number.`);
  return number;
}

/** Generates days of the simulated market, with progress, and says what was written. */
export async function generateDays(root: string, sources: readonly Source[], from: string, to: string, world: { eventsPerDay?: number | undefined; initialCustomers?: number | undefined; seed?: number | undefined; dirt?: number | undefined; opens?: string | undefined }) {
  const progress = new Progress();
  try {
    const summary = await generateInParallel(filesLake(root), { sources: [...sources], from, to, ...world }, {
      onProgress: ({ done, days }) => progress.update('generate', done, days, 'days'),
    });
    const feeds = Object.entries(summary.feeds).filter(([feed]) => feed !== 'truth').map(([, feed]) => feed);
    const records = feeds.reduce((sum, feed) => sum + feed.records, 0);
    progress.done(`generated ${summary.days} days of ${sources.join(', ')}: ${records.toLocaleString('en-GB')} records, ${(feeds.reduce((sum, feed) => sum + feed.bytes, 0) / 1e6).toFixed(1)} MB, seed ${summary.world.seed}`);
    return summary;
  } catch (error) {
    // The request's names are not those of the command line.
    if (error instanceof BadRequest) throw new UsageError(error.message.replaceAll(/\b(eventsPerDay|initialCustomers|seed|dirt|opens): \1\b/g, '$1').replaceAll(/eventsPerDay|initialCustomers/g, (name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`), { cause: error });
    throw error;
  } finally {
    progress.stop();
  }
}

function sourceCommand(name: string, description: string, sources: readonly Source[]): Command {
  const command = new Command(name).description(description)
    .requiredOption('--start-date <day>', 'first day, 2025-01-01', dayArgument)
    .requiredOption('--end-date <day>', 'last day, included', dayArgument)
    .addOption(new Option('--mode <mode>', 'batch writes raw objects').choices(['batch']).default('batch'))
    .addOption(new Option('--frequency <frequency>', 'one export a day').choices(['daily']).default('daily'))
    .option('--events-per-day <n>', 'size of the market: web events a day on the yearly average, 100 to 1,000,000 (default 5000)', numberArgument)
    .option('--initial-customers <n>', 'customers that the shop has when the market opens (default 500)', numberArgument)
    .option('--seed <n>', 'one seed is one market, to the byte (default 1)', numberArgument)
    .option('--dirt <share>', 'dirt to plant: 0 none, 1 as in real life (default 1)', numberArgument)
    .option('--opens <day>', 'first day of the market (default the first start date of the lake)', dayArgument)
    .option('--json', 'print what was written as JSON')
    .addOption(lakeOption());
  command.addHelpText('after', `
Example:
  sillage generate ${name} --start-date 2025-01-01 --end-date 2025-01-31`);
  return command.action(async ({ startDate, endDate, lake, json, eventsPerDay, initialCustomers, seed, dirt, opens }: Flags) => {
    if (startDate > endDate) throw new UsageError(`--start-date ${startDate} is after --end-date ${endDate}.`);
    const summary = await generateDays(resolve(lake), sources, startDate, endDate, { eventsPerDay, initialCustomers, seed, dirt, opens });
    if (json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  });
}

/** `sillage generate SOURCE`. */
export function generateCommand(): Command {
  const command = new Command('generate').description('write raw objects of the simulated market: the same seed and day give the same bytes');
  const descriptions: Readonly<Record<Source, string>> = {
    web: 'web events', crm: 'customers, orders and products of the shop', advertising: 'reports of Google Ads, Meta Ads and TikTok Ads', influencers: 'roster, deals and posts of influencers',
  };
  for (const source of SOURCES) command.addCommand(sourceCommand(source, descriptions[source], [source]));
  command.addCommand(sourceCommand('all', 'all sources, and exchange rates', SOURCES));
  return command.addHelpText('after', `
Examples:
  sillage generate web --mode batch --start-date 2025-01-01 --end-date 2025-03-28 --events-per-day 5000
  sillage generate crm --start-date 2025-01-01 --end-date 2025-03-28 --frequency daily --initial-customers 500
  sillage generate all --start-date 2025-04-01 --end-date 2025-04-30        goes on in the lake's market

A lake holds one market: what you leave out is taken from it.`);
}
