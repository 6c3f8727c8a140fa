import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { QueryFailed, UnportableSql, type Warehouse } from '../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../embedded/files-lake.ts';
import { withWarehouse } from '../embedded/lake-warehouse.ts';
import { existingLake, lakeOption, UsageError } from './context.ts';
import { formats, render, type Format } from './output.ts';
import { statementsOf } from './statements.ts';

const isMistake = (error: unknown): error is Error => error instanceof QueryFailed || error instanceof UnportableSql;

/** Answers the statements that a person types until the input ends: each when its semicolon has come. A mistake ends nothing. */
async function interactive(warehouse: Warehouse, format: Format): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  const ask = (prompt: string) => {
    lines.setPrompt(prompt);
    lines.prompt();
  };
  process.stderr.write('Trino SQL; end a statement with ; and leave with Ctrl-D. SHOW TABLES lists what there is.\n');
  let typed = '';
  ask('sillage> ');
  for await (const line of lines) {
    typed += `${line}\n`;
    if (/^\s*(exit|quit)\s*;?\s*$/i.test(typed)) break;
    const whole = statementsOf(typed).filter((statement) => statement.isWhole);
    typed = typed.slice(whole.at(-1)?.end ?? 0);
    for (const { sql } of whole) {
      try {
        process.stdout.write(render(await warehouse.query(sql), format));
      } catch (error) {
        if (!isMistake(error)) throw error;
        process.stderr.write(`${error.message}\n`);
      }
    }
    ask(statementsOf(typed).length === 0 ? 'sillage> ' : '      -> ');
  }
  lines.close();
}

/** Answers the statements that come through a pipe, in their order, up to the first mistake: a script must not go on as if nothing were. */
async function piped(warehouse: Warehouse, format: Format): Promise<void> {
  const script = await text(process.stdin);
  let start = 0;
  for (const { end } of statementsOf(script)) {
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
    .option('--json', 'the same as --format json').addOption(lakeOption())
    .addHelpText('after', `
Examples:
  sillage query "SELECT channel, sum(spend_eur), sum(net_revenue_eur) FROM roi_by_channel_daily WHERE attribution_model = 'last_non_direct' GROUP BY 1"
  sillage query --file report.sql --format csv > report.csv
  sillage query "SHOW TABLES"
  sillage query < statements.sql                    each ends with a semicolon; the first mistake ends the work

The tables: docs/data-dictionary.md. The subset of Trino that every engine answers alike: docs/portable-sql.md.`)
    .action(async (sql: string | undefined, flags: { file?: string; format: Format; json?: boolean; lake: string }) => {
      const root = existingLake(flags.lake);
      if (sql !== undefined && flags.file !== undefined) throw new UsageError('Give the SQL or --file, not both.');
      const format = flags.json ? 'json' : flags.format;
      const asked = (flags.file === undefined ? sql : fileText(flags.file))?.replace(/;\s*$/, '');
      await withWarehouse(filesLake(root), loadCatalog(), async (warehouse) => {
        if (asked !== undefined) process.stdout.write(render(await warehouse.query(asked), format));
        else if (process.stdin.isTTY) await interactive(warehouse, format);
        else await piped(warehouse, format);
      });
    });
}
