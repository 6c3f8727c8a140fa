import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { QueryFailed, UnportableSql, type Warehouse } from '../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../embedded/files-lake.ts';
import { withWarehouse } from '../embedded/lake-warehouse.ts';
import { existingLake, lakeOption, UsageError } from './context.ts';
import { formats, render, type Format } from './output.ts';

/** Reads statements, each up to its semicolon, and answers them until the input ends. */
async function interactive(warehouse: Warehouse, format: Format): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY });
  const ask = (prompt: string) => {
    lines.setPrompt(prompt);
    if (process.stdin.isTTY) lines.prompt();
  };
  if (process.stdin.isTTY) process.stderr.write('Trino SQL; end a statement with ; and leave with Ctrl-D. SHOW TABLES lists what there is.\n');
  let statement = '';
  ask('sillage> ');
  for await (const line of lines) {
    statement += `${line}\n`;
    if (line.trimEnd().endsWith(';')) {
      const sql = statement.trim().replace(/;$/, '');
      statement = '';
      if (/^(exit|quit)$/i.test(sql)) break;
      try {
        process.stdout.write(render(await warehouse.query(sql), format));
      } catch (error) {
        if (!(error instanceof QueryFailed || error instanceof UnportableSql)) throw error;
        process.stderr.write(`${error.message}\n`);
      }
    }
    ask(statement.trim() === '' ? 'sillage> ' : '      -> ');
  }
  lines.close();
  if (statement.trim() !== '') process.stdout.write(render(await warehouse.query(statement.trim()), format));
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

The tables: docs/data-dictionary.md. The subset of Trino that every engine answers alike: docs/portable-sql.md.`)
    .action(async (sql: string | undefined, flags: { file?: string; format: Format; json?: boolean; lake: string }) => {
      const root = existingLake(flags.lake);
      if (sql !== undefined && flags.file !== undefined) throw new UsageError('Give the SQL or --file, not both.');
      const format = flags.json ? 'json' : flags.format;
      const text = flags.file === undefined ? sql : readFileSync(flags.file, 'utf8').trim().replace(/;$/, '');
      await withWarehouse(filesLake(root), loadCatalog(), async (warehouse) => {
        if (text === undefined) await interactive(warehouse, format);
        else process.stdout.write(render(await warehouse.query(text), format));
      });
    });
}
