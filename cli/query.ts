import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { UnportableSql, type Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { inSession } from '../localstack/embedded/warehouse/trino/session.ts';
import { type AthenaFlags, athenaTarget, withAthena, withAthenaOptions } from './athena.ts';
import { lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { untilInterrupted } from './interrupted.ts';
import { defaultMemoryMb, defaultSeconds, memoryArgument, secondsArgument, watchMemory } from './limits.ts';
import { listingOf, tablesText } from './listing.ts';
import { formats, isForPeople, print, terminalWidth, type Format, type OutputOptions } from './output.ts';
import { openLake } from './open-lake.ts';
import { throughPager } from './pager.ts';
import { interactive } from './prompt.ts';
import { say, warn } from './say.ts';
import { statementsOf } from './statements.ts';
import { tellWaiting } from './tell-waiting.ts';
import { tellingHowToKnow, tellingUnknown } from './unknown-texts.ts';
import { knowingUnits } from './with-units.ts';
import { type Engine, engineOption, trinoInWords, withTrinoWarehouse } from './trino.ts';

interface Limits {
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memory: number;
}

interface Flags extends Partial<Limits>, AthenaFlags {
  readonly file?: string;
  readonly format: Format;
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly lake: string;
  readonly engine: Engine;
}

/** Answers one statement, or throws. */
type Answering = (sql: string) => Promise<void>;

/**
 * Answers the statements of a script, in their order, up to the first mistake: a script must not go on as if nothing
 * were.
 * @throws UsageError where their answers would be no one document
 */
async function inTheirOrder(script: string, format: Format, answer: Answering): Promise<void> {
  const statements = statementsOf(script);
  if (format === 'json' && statements.length > 1)
    throw new UsageError(
      `The answers of ${statements.length} statements are no one JSON document: give one statement, or take ` +
        '--format jsonl.',
    );
  let start = 0;
  for (const { end } of statements) {
    if (process.stdout.errored) return;
    // What came before is blanked, so that a mistake is told by its line and column in the whole.
    await answer(script.slice(0, start).replaceAll(/[^\n]/g, ' ') + script.slice(start, end).replace(/;$/, ''));
    start = end;
  }
}

const note = (told: string) => say(`note: ${told}`);

/** Prints what the warehouse answers, within the limits of the command; what `signal` ends is ended. */
function answering(
  warehouse: Warehouse,
  { timeout, memory }: Limits,
  output: OutputOptions,
  show: (write: (to: Writable) => Promise<void>) => Promise<void>,
): (sql: string, signal: AbortSignal) => Promise<void> {
  let beyond = new AbortController();
  watchMemory(memory, {
    onBeyond: (reason) => beyond.abort(reason),
    onFarBeyond() {
      writeSync(
        process.stderr.fd,
        'The query takes the memory of this machine and cannot be interrupted: the process was ended.\n',
      );
      process.kill(process.pid, 'SIGKILL');
    },
  });
  return async (sql, asked) => {
    beyond = new AbortController();
    const signal = AbortSignal.any([asked, beyond.signal]);
    const answer = await warehouse.stream(sql, { signal, timeoutMs: timeout * 1000 });
    for (const one of answer.notes ?? []) note(one);
    // A statement that changes the session alone.
    if (answer.columns.length === 0) return;
    const listing = isForPeople(output.format) ? listingOf(sql) : undefined;
    if (listing === 'tables') {
      const listed = await tablesText(answer, output.width);
      await show(async (to) => void to.write(listed));
    } else await show((to) => print(answer, to, { ...output, wrapsLast: listing === 'columns' }, signal));
  };
}

/** @throws UsageError where --raw means nothing, or would have a terminal obey what strangers wrote */
function refuseRaw({ format, raw }: OutputOptions): void {
  if (!raw) return;
  if (format !== 'csv')
    throw new UsageError(
      '--raw is for --format csv: ' +
        `${isForPeople(format) ? 'a table is for a terminal, which obeys control characters' : 'JSON has the values as they are'}.`,
    );
  if (process.stdout.isTTY)
    throw new UsageError(
      '--raw writes what strangers wrote as it is, and a terminal obeys control characters: send it to a file ' +
        'or a pipe.',
    );
}

function fileText(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      // Not the whole: a device has no end, and a query has at most 262,144 bytes.
      const bytes = Buffer.alloc(2 ** 20);
      const read = readSync(file, bytes);
      if (read === bytes.length) throw new UsageError(`--file ${path} holds more than a query can: 1 MB.`);
      return bytes.toString('utf8', 0, read);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
}

/** Names the way out where the gate refuses. */
function pointingToTrino(warehouse: Warehouse): Warehouse {
  const stream: Warehouse['stream'] = async (sql, limits) => {
    try {
      return await warehouse.stream(sql, limits);
    } catch (error) {
      throw error instanceof UnportableSql
        ? new UnportableSql(`${error.message}. ${trinoInWords}`, { cause: error })
        : error;
    }
  };
  return { ...warehouse, stream };
}

/**
 * Finds what is to be asked: Athena, a Trino on this machine, or the engine of this process.
 * @returns what opens it
 * @throws UsageError
 */
function opening(
  flags: Flags,
  memoryLimitMb: number,
  command: Command,
): (work: (warehouse: Warehouse) => Promise<void>) => Promise<void> {
  const athena = athenaTarget(flags, command);
  if (athena !== undefined && flags.engine === 'trino')
    throw new UsageError('--athena asks Athena and --engine trino a Trino on this machine: give one of them.');
  if (athena !== undefined)
    return (work) => withAthena(athena, (warehouse) => work(tellingHowToKnow(knowingUnits(warehouse), note)));
  if (flags.engine === 'trino')
    return async (work) => {
      await tellWaiting(await openLake(flags.lake));
      return withTrinoWarehouse(flags.lake, memoryLimitMb, (warehouse) =>
        work(tellingUnknown(knowingUnits(warehouse), note)),
      );
    };
  return async (work) => {
    const lake = await openLake(flags.lake);
    await tellWaiting(lake);
    return withWarehouse(
      lake,
      loadCatalog(),
      (warehouse) => work(pointingToTrino(inSession(tellingUnknown(warehouse, note)))),
      {
        memoryLimitMb,
        onWarning: warn,
      },
    );
  };
}

/** `sillage query`. */
export function queryCommand(): Command {
  const command = new Command('query')
    .description('ask the lake in Trino SQL, as the Athena console would answer')
    .argument('[sql]', 'one SELECT; without it, statements are read from the terminal or the pipe')
    .option('--file <path>', 'read the SELECT from a file')
    .addOption(new Option('--format <format>', 'how to print').choices([...formats]).default('table'))
    .option('--json', 'the same as --format json: one document, so for one statement')
    .option(
      '--raw',
      'with --format csv: the values as they are, for programs; without it, cells are made safe for ' +
        'spreadsheets and terminals',
    )
    .option(
      '--timeout <seconds>',
      `how long the engine may work on a query (default ${defaultSeconds})`,
      secondsArgument,
    )
    .option(
      '--memory <size>',
      "how much memory a query may take, as 500MB or 4GB (default half of the machine's)",
      memoryArgument,
    )
    .addOption(engineOption())
    .addOption(lakeOption());
  return withAthenaOptions(command)
    .addHelpText(
      'after',
      helpText(`
Examples:
  sillage query "SELECT channel, sum(spend_eur), sum(net_revenue_eur) FROM roi_by_channel_daily WHERE attribution_model = 'last_non_direct' GROUP BY 1"
  sillage query --file report.sql --format csv > report.csv
  sillage query --format csv --raw "SELECT * FROM web_events" | gzip > web_events.csv.gz
  sillage query "SHOW TABLES"
  sillage query < statements.sql                    each ends with a semicolon; the first mistake ends the work
  sillage query --engine trino "EXPLAIN SELECT count(*) FROM orders"     a real Trino over the same files: all of Trino SQL
  sillage query --athena sillage-prod "SELECT count(*) FROM orders"

On a terminal a table fits its width: long texts end with …, and rows that are too wide are shown one value a line, as
with --format vertical. It goes through PAGER, or less. Amounts (…_eur) have two decimals in a table, and shares (roi,
ctr: unit "share" in the dictionary) are per cent, where the query takes them as they are. In a file or a pipe nothing
is cut, and csv, json and jsonl always have the exact values.

Answers of any size are printed as they are computed. Texts in the lake may come from strangers, so tables and CSV print
control characters as escapes (\\x1b, \\n). CSV also puts an apostrophe before text that a spreadsheet would compute as
a formula ("'=1+1"). Numbers are not changed, and --raw changes nothing. JSON has the values themselves, in JSON's own
escapes.

Ctrl-C ends the query. More exit codes of this command: 4, a limit of time or memory was reached; 130, Ctrl-C; 137, the
query could not be interrupted, so the whole process was killed. What was printed before is then not the whole answer.

With --athena a query costs money: what it scanned and costs is told beside the answer, as far as a price a TB can tell
it. Athena takes more SQL than docs/portable-sql.md, raw tables too; arrays, rows and maps must be cast to json in what
a query answers.

A script or the prompt is a session: PREPARE p FROM SELECT …, EXECUTE p USING 1, and CREATE VIEW v AS SELECT … hold
until it ends.

The tables: docs/data-dictionary.md. The part of Trino SQL that you can use: docs/portable-sql.md.`),
    )
    .action(async (sql: string | undefined, flags: Flags) => {
      const { timeout = defaultSeconds, memory = defaultMemoryMb() } = flags;
      const open = opening(flags, memory, command);
      if (sql !== undefined && flags.file !== undefined) throw new UsageError('Give the SQL or --file, not both.');
      if (flags.json && command.getOptionValueSource('format') === 'cli' && flags.format !== 'json')
        throw new UsageError(`--json and --format ${flags.format} contradict each other: give one of them.`);
      const output: OutputOptions = {
        format: flags.json ? 'json' : flags.format,
        raw: flags.raw,
        width: terminalWidth(),
      };
      refuseRaw(output);
      const asked = (flags.file === undefined ? sql : fileText(flags.file))?.replace(/;\s*$/, '');
      // Read before Ctrl-C is the query's own: until then it ends the process.
      const script = asked === undefined && !process.stdin.isTTY ? await text(process.stdin) : undefined;
      await open(async (warehouse) => {
        // Where one types, the prompt has the terminal.
        const isPaged = asked !== undefined && isForPeople(output.format);
        const show = isPaged ? throughPager : (write: (to: Writable) => Promise<void>) => write(process.stdout);
        const answer = answering(warehouse, { timeout, memory }, output, show);
        if (asked !== undefined) await untilInterrupted((signal) => answer(asked, signal));
        else if (script !== undefined)
          await untilInterrupted((signal) =>
            inTheirOrder(script, output.format, (statement) => answer(statement, signal)),
          );
        else await interactive(answer, { input: process.stdin, screen: process.stderr });
      });
    });
}
