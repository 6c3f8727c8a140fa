/**
 * The Trino that stands for Athena: a newer one than the proof of the SQL asks, since the older read no catalogue but
 * AWS's own.
 */
import type { Ministack } from '../../localstack/emulator/ministack.ts';
import { findJava } from '../../localstack/trino/java.ts';
import { leastJava, newest, obtain } from '../../localstack/trino/release.ts';
import { type Distribution, type Properties, type Server, startTrino } from '../../localstack/trino/server.ts';

/** What Athena calls the Glue catalogue, and the views in it call it so too. */
export const glueCatalog = 'awsdatacatalog';

/** What a query engine needs, or why there is none; `couldBe` where everything was within reach. */
export type QueryEngineFound =
  | { readonly distribution: Distribution; readonly java: string }
  | { readonly missing: string; readonly couldBe: boolean };

/** Looks for Java and for the release. @throws BadDownload where what came has another checksum */
export async function findQueryEngine(env: NodeJS.ProcessEnv = process.env): Promise<QueryEngineFound> {
  const found = findJava(leastJava.newest, env);
  if ('missing' in found) return { missing: found.missing, couldBe: false };
  const obtained = await obtain(env, newest);
  if ('missing' in obtained) return { missing: obtained.missing, couldBe: obtained.answered };
  return { distribution: obtained, java: found.java };
}

/** The Glue catalogue and the buckets of the emulator, read as Athena reads those of AWS. */
function overGlue({ endpoint, env }: Ministack): Properties {
  const [region = '', accessKey = '', secretKey = ''] = [
    'AWS_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ].map((name) => env[name]);
  return {
    'connector.name': 'hive',
    'hive.metastore': 'glue',
    'hive.metastore.glue.endpoint-url': endpoint,
    'hive.metastore.glue.region': region,
    'hive.metastore.glue.aws-access-key': accessKey,
    'hive.metastore.glue.aws-secret-key': secretKey,
    'fs.native-s3.enabled': 'true',
    's3.endpoint': endpoint,
    's3.region': region,
    's3.path-style-access': 'true',
    's3.aws-access-key': accessKey,
    's3.aws-secret-key': secretKey,
    'hive.partition-projection-enabled': 'true',
    'hive.timestamp-precision': 'MILLISECONDS',
    'hive.parquet.use-column-names': 'true',
    'hive.non-managed-table-writes-enabled': 'true',
    'hive.collect-column-statistics-on-write': 'false',
    // Projection gives a partition to every day, and the emulator is one process: each folder is listed once, while the
    // lake stands still.
    'hive.file-status-cache-tables': '*',
    'hive.file-status-cache-expire-time': '1h',
    'hive.table-statistics-enabled': 'false',
    'hive.split-loader-concurrency': '4',
    's3.max-error-retries': '20',
  };
}

/** Starts the engine over the emulator. */
export const startQueryEngine = (
  { distribution, java }: { readonly distribution: Distribution; readonly java: string },
  emulator: Ministack,
  folder: string,
): Promise<Server> => startTrino(distribution, folder, { java, catalogs: { [glueCatalog]: overGlue(emulator) } });
