import { Command, Option } from 'commander';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { catalog as catalogName, database } from '../localstack/embedded/warehouse/trino/names.ts';
import { type LakeTrino, withTrino } from '../localstack/trino/lake-in-trino.ts';
import { trinoWarehouse } from '../localstack/trino/trino-warehouse.ts';
import { bucketOf, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { untilInterrupted } from './interrupted.ts';
import { defaultMemoryMb, memoryArgument } from './limits.ts';
import { openLake } from './open-lake.ts';
import { portArgument } from './port-argument.ts';
import { say } from './say.ts';

/** The engines that answer queries on this machine. */
export const engines = ['duckdb', 'trino'] as const;
export type Engine = (typeof engines)[number];

/** `--engine` of a command. */
export function engineOption(): Option {
  return new Option(
    '--engine <engine>',
    'duckdb, or a real Trino on this machine: it needs Java 17 or newer, and some 20 s to start',
  )
    .choices([...engines])
    .default('duckdb');
}

/** What to add where the gate refuses what a real Trino may take. */
export const trinoInWords = 'A real Trino takes more: sillage query --engine trino "…".';

async function filesOf(address: string): Promise<Lake> {
  if (bucketOf(address) !== undefined)
    throw new UsageError(
      `A Trino on this machine reads a lake in a folder, and ${address} is a bucket: copy it first, as with ` +
        `"aws s3 sync ${address} lake", or ask Athena with --athena.`,
    );
  return openLake(address);
}

/**
 * Opens a Trino over a lake as a warehouse.
 * @throws UsageError for a bucket
 * @throws WarehouseUnavailable where there is no Java
 */
export async function withTrinoWarehouse<T>(
  address: string,
  memoryMb: number,
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  const lake = await filesOf(address);
  return untilInterrupted((signal) =>
    withTrino(lake, loadCatalog(), { onLine: say, heapMb: memoryMb, signal }, ({ url }) =>
      work(trinoWarehouse({ server: url, catalog: catalogName, schema: database })),
    ),
  );
}

interface Flags {
  readonly lake: string;
  readonly port?: number;
  readonly memory?: number;
  readonly persons?: boolean;
}

const told = ({ url, version }: LakeTrino): string => `Trino ${version}:  ${url}
JDBC:       ${url.replace('http:', 'jdbc:trino:')}/${catalogName}/${database}?user=me
Python:     trino.dbapi.connect(host="127.0.0.1", port=${new URL(url).port}, user="me", catalog="${catalogName}", schema="${database}")
Read-only, over the lake as it stands now: start it again behind a run. Ctrl-C ends it.
`;

/** `sillage trino`. */
export function trinoCommand(): Command {
  const up = new Command('up')
    .description('start a Trino over the lake on this machine, until Ctrl-C')
    .option('--port <n>', 'where to listen (default where nobody does)', portArgument)
    .option('--memory <size>', "what its Java may take (default half of the machine's)", memoryArgument)
    .option('--persons', 'show also what tells one person from another: pseudonyms, ids of customers and visitors')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
It is the real thing: all of Trino's SQL, over the slices that the ledger names. It needs Java (24 or newer for Trino
476; 17 for 435 or 368), and fetches Trino from Maven Central once, some 800 MB, and compares its checksum. Nobody can
write. It has no password, so whoever works on this machine can ask it.

Examples:
  sillage trino up
  sillage trino up --port 8080 --lake ~/shop`),
    )
    .action(async ({ lake: address, port, memory = defaultMemoryMb(), persons = false }: Flags) => {
      const lake = await filesOf(address);
      await untilInterrupted((signal) =>
        withTrino(
          lake,
          loadCatalog(),
          { onLine: say, heapMb: memory, withholdsPersons: !persons, signal, ...(port !== undefined && { port }) },
          (trino) => {
            process.stdout.write(told(trino));
            return new Promise<never>(() => undefined);
          },
        ),
      );
    });
  return new Command('trino').description('a real Trino over the lake, on this machine').addCommand(up);
}
