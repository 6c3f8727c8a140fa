import { once } from 'node:events';
import { Command } from 'commander';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { Relation } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { localServer } from '../localstack/embedded/http/local-server.ts';
import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { protocolPages } from '../localstack/embedded/trino-protocol/protocol-pages.ts';
import type { Answering } from '../localstack/embedded/trino-protocol/served-query.ts';
import { Slots } from '../localstack/embedded/trino-protocol/slots.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { untilInterrupted } from './interrupted.ts';
import { defaultMemoryMb, defaultSeconds, memoryArgument, secondsArgument, watchMemory } from './limits.ts';
import { openLake } from './open-lake.ts';
import { portArgument } from './port-argument.ts';
import { say } from './say.ts';

/** Beside the assistant's; a Trino's own, 8080, is often taken. */
const defaultServePort = 8791;
/** How many queries are computed at a time: a tool that shows the first rows of an answer holds it open. */
const atOnce = 8;
/** Of these, so many can take their whole memory. */
const atFull = 4;
/** The release of the protocol and the SQL that clients are told. */
const release = '435';
/** A statement of the largest size that the gate reads. */
const statementBytes = 300_000;

interface Flags {
  readonly lake: string;
  readonly trino?: boolean;
  readonly port: number;
  readonly timeout: number;
  readonly memory?: number;
  readonly persons?: boolean;
}

/** Answers statements over the lake as it stands when each is asked, so many at a time. */
function answersOf(
  lake: Lake,
  {
    memoryMb,
    timeoutMs,
    withholdsPersons,
  }: { readonly memoryMb: number; readonly timeoutMs: number; readonly withholdsPersons: boolean },
): (sql: string, views: readonly Relation[]) => Answering {
  const catalog = loadCatalog();
  const slots = new Slots(atOnce);
  const underWay = new Set<AbortController>();
  watchMemory(memoryMb, {
    onBeyond: (reason) => underWay.forEach((query) => query.abort(reason)),
    onFarBeyond() {
      say('The queries take the memory of this machine and cannot be interrupted: the process was ended.');
      process.kill(process.pid, 'SIGKILL');
    },
  });
  return (sql, views) => (asked, read) =>
    slots.held(asked, async () => {
      const beyond = new AbortController();
      underWay.add(beyond);
      try {
        await withWarehouse(
          lake,
          catalog,
          async (warehouse) =>
            read(await warehouse.stream(sql, { signal: AbortSignal.any([asked, beyond.signal]), timeoutMs, views })),
          { withholdsPersons, memoryLimitMb: Math.floor(memoryMb / atFull) },
        );
      } finally {
        underWay.delete(beyond);
      }
    });
}

/** `sillage serve`. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('let BI tools and notebooks with a Trino driver ask the lake, on this machine')
    .option('--trino', "speak Trino's HTTP protocol: needed, as the only one so far")
    .option('--port <n>', 'where to listen on this machine', portArgument, defaultServePort)
    .option('--timeout <seconds>', 'how long one query may work', secondsArgument, defaultSeconds)
    .option(
      '--memory <size>',
      "how much memory all queries together may take (default half of the machine's)",
      memoryArgument,
    )
    .option('--persons', 'show also what tells one person from another: pseudonyms, ids of customers and visitors')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Drivers of Trino (JDBC, Python, SQLAlchemy, the Trino CLI, and with them DBeaver, Metabase, Superset) ask the lake as
they ask a Trino; queries pass the gate of "sillage query", and no Java is needed. It only reads, and answers programs
of this machine alone. It has no password, so whoever works on this machine can ask it: what tells persons apart is not
there, unless --persons says so.

Examples:
  sillage serve --trino
  trino --server http://127.0.0.1:${defaultServePort} --catalog awsdatacatalog --schema sillage
  jdbc:trino://127.0.0.1:${defaultServePort}/awsdatacatalog/sillage?user=me
  trino://me@127.0.0.1:${defaultServePort}/awsdatacatalog/sillage                   SQLAlchemy, Superset`),
    )
    .action(async ({ lake: address, trino, port, timeout, memory = defaultMemoryMb(), persons = false }: Flags) => {
      if (!trino) throw new UsageError('Say what to serve: sillage serve --trino.');
      const lake = await openLake(address);
      const pages = protocolPages({
        answering: answersOf(lake, { memoryMb: memory, timeoutMs: timeout * 1000, withholdsPersons: !persons }),
        release,
        onProblem: (error) => say(error instanceof Error ? error.message : String(error)),
      });
      await untilInterrupted(async (signal) => {
        const server = await localServer({ port, bodyBytes: statementBytes, answer: pages.answer }).catch(
          (error: unknown) => {
            throw codeOf(error) === 'EADDRINUSE'
              ? new UsageError(`Port ${port} is taken. Choose another with --port.`)
              : error;
          },
        );
        const { port: taken } = new URL(server.url);
        process.stdout.write(
          `Trino's protocol: ${server.url}\nJDBC:             ` +
            `jdbc:trino://127.0.0.1:${taken}/awsdatacatalog/sillage?user=me\nCtrl-C ends it.\n`,
        );
        if (!signal.aborted) await once(signal, 'abort');
        pages.close();
        await server.close();
      });
    });
}
