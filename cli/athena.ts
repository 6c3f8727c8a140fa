import type { Command } from 'commander';
import { databaseOf } from '../lambdas/shared/aws/athena-names.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import type { QueryCost } from '../lambdas/shared/aws/athena-cost.ts';
import { UsageError } from './context.ts';
import { say, warn } from './say.ts';

/** What is said of Athena on the command line. */
export interface AthenaFlags {
  readonly athena?: string;
  readonly database?: string;
  readonly usdPerTb?: number;
}

/** Who is asked in Athena. */
export interface AthenaTarget {
  readonly workgroup: string;
  readonly database: string;
  readonly usdPerTb: number;
}

/** The list price of us-east-1; other regions have others. */
const listUsdPerTb = 5;

function priceArgument(text: string): number {
  const price = Number(text);
  if (text.trim() === '' || !Number.isFinite(price) || price < 0)
    throw new UsageError(`--usd-per-tb ${text} is no price: write it as --usd-per-tb 5.`);
  return price;
}

/** `--athena` of a command, and what goes with it. */
export function withAthenaOptions(command: Command): Command {
  return command
    .option('--athena <workgroup>', 'ask Athena in this workgroup, as sillage-prod, in the region of AWS_REGION')
    .option('--database <name>', "with --athena: the Glue database (default the workgroup's own, as sillage_prod)")
    .option(
      '--usd-per-tb <price>',
      `with --athena: what a TB of scan costs in the region (default ${listUsdPerTb})`,
      priceArgument,
    );
}

/**
 * Who is to be asked in Athena; undefined where nobody is.
 * @throws UsageError where flags mean nothing beside each other
 */
export function athenaTarget(flags: AthenaFlags, command: Command): AthenaTarget | undefined {
  const { athena: workgroup, database, usdPerTb = listUsdPerTb } = flags;
  const isGiven = (option: string) => command.getOptionValueSource(option) === 'cli';
  if (workgroup === undefined) {
    const alone = ['database', 'usdPerTb'].find(isGiven);
    if (alone === undefined) return undefined;
    throw new UsageError(
      `${alone === 'database' ? '--database' : '--usd-per-tb'} is of Athena: name the workgroup too, as ` +
        '--athena sillage-prod.',
    );
  }
  if (!/^[\w.-]{1,128}$/.test(workgroup))
    throw new UsageError(
      `--athena "${workgroup}" is no workgroup: the output WorkGroupName of the stack names it, as sillage-prod.`,
    );
  if (isGiven('lake'))
    throw new UsageError('--athena asks the lake that its database describes: leave out --lake, or --athena.');
  if (isGiven('memory'))
    throw new UsageError(
      '--memory is of the engine on this machine: leave it out with --athena, whose workgroup says what a ' +
        'query may scan.',
    );
  return { workgroup, database: database ?? databaseOf(workgroup), usdPerTb };
}

/** What an execution took, in one line. */
export function costInWords(
  { queryId, bytesScanned, milliseconds, isReused, usd = 0 }: QueryCost,
  usdPerTb: number,
): string {
  if (isReused) return `Athena answered with the result of an equal query: nothing was scanned (${queryId}).`;
  const megabytes = (bytesScanned / 1e6).toFixed(bytesScanned < 1e7 ? 1 : 0);
  const charge =
    usd === 0
      ? 'free'
      : `about ${Number(usd.toPrecision(2))
          .toFixed(5)
          .replace(/\.?0+$/, '')} USD at ${usdPerTb} a TB`;
  return `Athena scanned ${megabytes} MB in ${(milliseconds / 1000).toFixed(1)} s: ${charge} (${queryId}).`;
}

/**
 * Opens Athena, and tells what each query took. The gate of the portable subset is not before it: who names Athena
 * wants what the console takes, such as raw tables and CAST(x AS json), and where one engine is asked no two can
 * differ.
 */
export async function withAthena<T>(target: AthenaTarget, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  // The SDK is loaded when it is asked for.
  const { athenaWarehouse } = await import('../lambdas/shared/aws/athena-warehouse.ts');
  const warehouse = athenaWarehouse({
    ...target,
    onCost: (cost) => say(costInWords(cost, target.usdPerTb)),
    onWarning: warn,
  });
  try {
    return await work(warehouse);
  } finally {
    await warehouse.close();
  }
}
