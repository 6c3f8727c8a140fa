/** Calls of AWS that are tried in the name of a role: what the table of rights speaks of, as requests. */
import { AthenaClient, ListTableMetadataCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  DescribeStreamCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Credentials } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { actions, objects, places, type Place } from './rights.ts';

/** What was deployed, by the names that calls need. */
export interface Targets {
  readonly lake: string;
  readonly results: string;
  readonly stream: string;
  readonly secret: string;
  readonly machine: string;
  readonly step: string;
  readonly forget: string;
  readonly workgroup: string;
  /** That of the models. */
  readonly models: string;
  readonly database: string;
}

/**
 * A call in somebody's name, by what the table calls it. Those that AWS would do something for are made so that it
 * refuses them afterwards.
 */
export type Calls = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * How AWS refuses a call that may be made: where no call could be answered without doing anything, and where an execution
 * that another call began has taken the object away meanwhile, as a journal of joins that is none.
 */
const refusedAfterwards = new Set(['InvalidExecutionInput', 'NoSuchVersion', 'NoSuchKey']);
/** How AWS says no, by service. */
const denials = new Set(['AccessDenied', 'AccessDeniedException']);

/** Whether a call may be made. @throws the error that says neither */
export async function mayCall(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (refusedAfterwards.has(name)) return true;
    if (denials.has(name)) return false;
    throw error;
  }
}

const bucketOf = ({ lake, results }: Targets, place: Place): string =>
  place === 'answers' || place === 'scratch' ? results : lake;

/** Puts an object into each place, so that there is one to get. */
export async function fill(targets: Targets): Promise<void> {
  const s3 = new S3Client({});
  for (const place of places)
    await s3.send(new PutObjectCommand({ Bucket: bucketOf(targets, place), Key: objects[place], Body: '{}' }));
}

/** The client speaks HTTP/2 of itself, whose signature the emulator does not find right. */
const overHttp1 = { requestHandler: new NodeHttpHandler({}) };

/** Somewhere in the stream to read from. */
interface Reading {
  readonly StreamARN: string;
  readonly ShardIterator: string;
}

/** Where reading the stream begins. */
export async function readingOf(stream: string): Promise<Reading> {
  const kinesis = new KinesisClient(overHttp1);
  const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamName: stream }));
  const { StreamARN = '', Shards: [shard] = [] } = StreamDescription ?? {};
  const { ShardIterator = '' } = await kinesis.send(
    new GetShardIteratorCommand({ StreamName: stream, ShardId: shard?.ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  return { StreamARN, ShardIterator };
}

/** Every call of the table, in the name of whose credentials these are. */
export function callsOf(targets: Targets, reading: Reading, credentials: Credentials | undefined): Calls {
  const session = {
    credentials: {
      accessKeyId: credentials?.AccessKeyId ?? '',
      secretAccessKey: credentials?.SecretAccessKey ?? '',
      sessionToken: credentials?.SessionToken ?? '',
    },
    maxAttempts: 1,
  };
  const s3 = new S3Client(session);
  const kinesis = new KinesisClient({ ...session, ...overHttp1 });
  const athena = new AthenaClient(session);
  const ofObject = (place: Place): Calls => {
    const at = { Bucket: bucketOf(targets, place), Key: objects[place] };
    return {
      [`${actions.g} ${place}`]: () => s3.send(new GetObjectCommand(at)).then(({ Body }) => Body?.transformToString()),
      [`${actions.p} ${place}`]: () => s3.send(new PutObjectCommand({ ...at, Body: '{}' })),
      [`${actions.d} ${place}`]: () => s3.send(new DeleteObjectCommand(at)),
    };
  };
  const list = (bucket: string, prefix: string) => () =>
    s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  const invoke = (FunctionName: string) => () =>
    new LambdaClient(session).send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }));
  // One that there never was: nothing is lost where the call is allowed.
  const version = { Bucket: targets.lake, Key: objects['raw/crm'], VersionId: 'never-was' };
  return {
    ...Object.fromEntries(places.flatMap((place) => Object.entries(ofObject(place)))),
    'list:lake': list(targets.lake, ''),
    'list:raw': list(targets.lake, 'raw/'),
    'list:marts': list(targets.lake, 'marts/'),
    'list:answers': list(targets.results, 'athena-results/'),
    'list:scratch': list(targets.results, 'scratch/'),
    'stream:put': () =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: targets.stream,
          Records: [{ Data: Buffer.from('tried'), PartitionKey: 'tried' }],
        }),
      ),
    'stream:read': () => kinesis.send(new GetRecordsCommand({ ...reading, Limit: 1 })),
    'key:read': () => new SecretsManagerClient(session).send(new GetSecretValueCommand({ SecretId: targets.secret })),
    'machine:start': () =>
      new SFNClient(session).send(new StartExecutionCommand({ stateMachineArn: targets.machine, input: '{' })),
    'step:invoke': invoke(targets.step),
    'forget:invoke': invoke(targets.forget),
    'list:versions': () => s3.send(new ListObjectVersionsCommand({ Bucket: targets.lake, Prefix: 'raw/' })),
    'get:version': () => s3.send(new GetObjectCommand(version)),
    'delete:version': () => s3.send(new DeleteObjectCommand(version)),
    'athena:ask': () =>
      athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup: targets.workgroup })),
    'athena:models': () =>
      athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup: targets.models })),
    'catalogue:read': () =>
      athena.send(new ListTableMetadataCommand({ CatalogName: 'AwsDataCatalog', DatabaseName: targets.database })),
  };
}
