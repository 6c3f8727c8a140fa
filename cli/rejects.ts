import { Command } from 'commander';
import { landedFeed } from '../lambdas/land/land.ts';
import type { Day } from '../lambdas/shared/days.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { rejectRules } from '../lambdas/shared/schema/reject-rules.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { withLake } from '../localstack/embedded/run/workspace.ts';
import { dayRange, existingLake, lakeOption, UsageError, withDays } from './context.ts';
import { helpText } from './help-text.ts';
import { openLake } from './open-lake.ts';
import { cell } from './cell.ts';
import { print, terminalWidth, type OutputOptions } from './output.ts';
import { throughPager } from './pager.ts';
import { runPipeline, summaryJson } from './run.ts';
import { say, warn } from './say.ts';

interface Flags {
  readonly table?: string;
  readonly reason?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
  readonly raw?: boolean;
  readonly json?: boolean;
  readonly lake: string;
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

function condition({ table, reason, from, to }: Flags): string {
  const refusing = [
    ...[...loadCatalog().values()].filter((one) => one.zone === 'curated').map((one) => one.name),
    landedFeed,
  ];
  if (table !== undefined && !refusing.includes(table))
    throw new UsageError(`No table ${table} refuses records; those that do are ${refusing.join(', ')}.`);
  const rule = reason?.split(':')[0];
  if (rule !== undefined && (!reason?.includes(':') || !rejectRules.some((one) => one.rule === rule))) {
    throw new UsageError(
      `No record is refused for "${reason}"; a reason is a rule and what broke it, as required:event_id, and ` +
        `the rules are ${rejectRules.map((one) => one.rule).join(', ')}.`,
    );
  }
  const range = dayRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
  return [
    'true',
    ...(table === undefined ? [] : [`table_name = ${text(table)}`]),
    ...(reason === undefined ? [] : [`contains(reasons, ${text(reason)})`]),
    ...(range ? [`dt BETWEEN DATE ${text(range.from)} AND DATE ${text(range.to)}`] : []),
  ].join(' AND ');
}

function filtered(command: Command): Command {
  return withDays(command)
    .option('--table <name>', 'only of this table')
    .option('--reason <reason>', 'only with this reason, as "required:event_id"')
    .option('--json', 'print as JSON')
    .addOption(lakeOption());
}

/** @throws UsageError */
function limitOf(asked: string): number {
  const limit = Number(asked);
  if (asked.trim() === '' || !Number.isSafeInteger(limit) || limit < 0)
    throw new UsageError(`--limit ${asked} is not a whole number.`);
  if (limit === 0)
    throw new UsageError('--limit 0 shows no record: leave it out for the counts by reason, or give a number from 1.');
  return limit;
}

/** `sillage rejects`. */
export function rejectsCommand(): Command {
  return filtered(new Command('rejects').description('raw records that were refused, and why'))
    .option('--raw', 'show the records themselves: they may hold personal data')
    .option('--limit <n>', 'show records one by one, at most this many')
    .addHelpText(
      'after',
      helpText(`
Examples:
  sillage rejects                                           how many, by table and reason
  sillage rejects --table web_events --limit 10             one by one, with object and line
  sillage rejects --reason malformed:record --limit 5 --raw`),
    )
    .action(async (flags: Flags) => {
      const limit = flags.limit === undefined ? (flags.raw ? 20 : undefined) : limitOf(flags.limit);
      const where = condition(flags);
      const words = flags.json
        ? 'reasons, messages'
        : "coalesce(array_join(messages, ' '), array_join(reasons, ' ')) AS message";
      const sql =
        limit !== undefined
          ? `SELECT table_name, dt, object, line, ${words}${flags.raw ? ', record' : ''}
      FROM rejects WHERE ${where} ORDER BY table_name, object, line LIMIT ${limit}`
          : `SELECT table_name, reason, count(*) AS records, min(dt) AS first_day, max(dt) AS last_day,
        min(message) AS example
      FROM rejects CROSS JOIN UNNEST(reasons, messages) AS r(reason, message) WHERE ${where}
      GROUP BY table_name, reason ORDER BY table_name, records DESC, reason`;
      await withWarehouse(
        await openLake(flags.lake),
        loadCatalog(),
        async (warehouse) => {
          const output: OutputOptions = flags.json
            ? { format: 'json' }
            : { format: 'table', width: terminalWidth(), wrapsLast: true };
          const answer = await warehouse.stream(sql);
          if (flags.json) await print(answer, process.stdout, output);
          else await throughPager((to) => print(answer, to, output));
          if (flags.json || limit !== undefined) return;
          const records = Number((await warehouse.query(`SELECT count(*) FROM rejects WHERE ${where}`)).rows[0]?.[0]);
          process.stdout.write(
            records === 0
              ? 'No record was refused.\n'
              : `${records.toLocaleString('en-GB')} ${records === 1 ? 'record' : 'records'} refused; one with ` +
                  'several reasons is counted under each. --limit 20 shows them one by one, each with its file, ' +
                  `its line and what to do.\n`,
          );
        },
        { onWarning: warn, direct: flags.raw === true },
      );
    });
}

/** `sillage replay`. */
export function replayCommand(): Command {
  return filtered(
    new Command('replay').description('check refused records again: build again the slices that refused them'),
  )
    .addHelpText(
      'after',
      helpText(`
After you fix a SELECT, a schema or a raw object, you do not need this: "sillage run" sees the change and reads those
records again by itself. Use replay for a cause that a run cannot see: it checks every refused record again, from its
raw object.

Examples:
  sillage replay
  sillage replay --table orders --reason no_rate:currency`),
    )
    .action(async (flags: Flags) => {
      const root = existingLake(flags.lake);
      const sql = `SELECT table_name, dt, count(*) FROM rejects WHERE ${condition(flags)} GROUP BY table_name, dt`;
      const before = await rejectedIn(root);
      const { rows } = await withWarehouse(filesLake(root), loadCatalog(), (warehouse) => warehouse.query(sql));
      const unlanded = rows
        .filter(([table]) => table === landedFeed)
        .reduce((sum, [, , count]) => sum + Number(count), 0);
      if (unlanded > 0)
        say(
          `${unlanded} records of the stream could not be read, so no raw object has them: there is nothing ` +
            `to judge again. Have their sender send them anew; "sillage rejects --table ${landedFeed} --raw" ` +
            'shows them.',
        );
      const slices = new Set(
        rows.filter(([table]) => table !== landedFeed).map(([table, day]) => `${cell(table)} ${cell(day)}`),
      );
      if (slices.size === 0) {
        say('No slice has such rejects: nothing to replay.');
        return;
      }
      const { summary, ok } = await runPipeline(root, {
        force: (table: string, day: Day) => slices.has(`${table} ${day}`),
      });
      say(`replayed ${slices.size} slices: ${before} records were refused before, ${await rejectedIn(root)} are now`);
      if (flags.json) process.stdout.write(summaryJson(summary));
      if (!ok) process.exitCode = 1;
    });
}

async function rejectedIn(root: string): Promise<number> {
  return withLake(filesLake(root), async ({ catalog, ledger }) =>
    [...catalog.keys()]
      .flatMap((name) => ledger.days(name).flatMap((day) => [...ledger.entries(name, day)]))
      .map(({ rejected }) => rejected ?? 0)
      .reduce((sum, one) => sum + one, 0),
  );
}
