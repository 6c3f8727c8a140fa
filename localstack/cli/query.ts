import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import type { Warehouse } from '../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../embedded/files/lake.ts';
import { withWarehouse } from '../embedded/lake-warehouse.ts';
import { existingLake, lakeOption, UsageError } from './context.ts';
import { formats, render, warn, type Format } from './output.ts';
import { interactive } from './prompt.ts';
import { statementsOf } from './statements.ts';

/** Answers the statements that come through a pipe, in their order, up to the first mistake: a script must not go on as if nothing were. @throws UsageError where their answers would be no one document */
async function piped(warehouse: Warehouse, format: Format): Promise<void> {
  const script = await text(process.stdin);
  const statements = statementsOf(script);
  if (format === 'json' && statements.length > 1) throw new UsageError(`The answers of ${statements.length} statements are no one JSON document: give one statement, or take --format jsonl.`);
  let start = 0;
  for (const { end } of statements) {
    if (process.stdout.errored) return;
    // What came before is blanked, so that a mistake is told by its line and column in the whole.
    const sql = script.slice(0, start).replaceAll(/[^\n]/g, ' ') + script.slice(start, end).replace(/;$/, '');
    process.stdout.write(render(await warehouse.query(sql), format));
    start = end;
  }
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}

/** `sillage query`. */
export function queryCommand(): Command {
  return new Command('query').description('ask the lake in Trino SQL, as the Athena console would answer')
    .argument('[sql]', 'one SELECT; without it, statements are read from the terminal or the pipe')
    .option('--file <path>', 'read the SELECT from a file')
    .addOption(new Option('--format <format>', 'how to print').choices([...formats]).default('table'))
    .option('--json', 'the same as --format json: one document, so for one statement').addOption(lakeOption())
    .addHelpText('after', `
Examples:
  sillage query "SELECT channel, sum(spend_eur), sum(net_revenue_eur) FROM roi_by_channel_daily WHERE attribution_model = 'last_non_direct' GROUP BY 1"
  sillage query --file report.sql --format csv > report.csv
  sillage query "SHOW TABLES"
  sillage query < statements.sql                    each ends with a semicolon; the first mistake ends the work

The tables: docs/data-dictionary.md. The subset of Trino that every engine answers alike: docs/portable-sql.md.`)
    .action(async (sql: string | undefined, flags: { file?: string; format: Format; json?: boolean; lake: string }, command: Command) => {
      const root = existingLake(flags.lake);
      if (sql !== undefined && flags.file !== undefined) throw new UsageError('Give the SQL or --file, not both.');
      if (flags.json && command.getOptionValueSource('format') === 'cli' && flags.format !== 'json') throw new UsageError(`--json and --format ${flags.format} contradict each other: give one of them.`);
      const format = flags.json ? 'json' : flags.format;
      const asked = (flags.file === undefined ? sql : fileText(flags.file))?.replace(/;\s*$/, '');
      await withWarehouse(filesLake(root), loadCatalog(), async (warehouse) => {
        if (asked !== undefined) process.stdout.write(render(await warehouse.query(asked), format));
        else if (process.stdin.isTTY) await interactive(warehouse, format, { input: process.stdin, screen: process.stderr, answers: process.stdout });
        else await piped(warehouse, format);
      }, { onWarning: warn });
    });
}
