import { randomUUID } from 'node:crypto';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsCommandOutput,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import {
  type AnswerRow,
  type QueryOptions,
  type StreamedAnswer,
  type Warehouse,
  WarehouseUnavailable,
  whole,
} from '../ports/warehouse.ts';
import { type QueryCost, scanUsd } from './athena-cost.ts';
import { explain, isTornRead, whyEnded } from './athena-errors.ts';
import { assertReads } from './athena-reads.ts';
import { type AthenaColumn, columnOf, rowOf } from './athena-values.ts';
import { Allowance, realTiming, type Timing, unlessAborted } from './athena-waiting.ts';

export interface AthenaWarehouseOptions {
  /** It says where results go, and how much a query may scan. */
  readonly workgroup: string;
  /** Where tables are looked for that are named alone. */
  readonly database: string;
  /** A client of one's own, e.g. with other credentials. */
  readonly client?: AthenaClient;
  /**
   * Checks a text before Athena is asked, and paid: `assertPortable` where the same text must have the same answer on a laptop. Without it
   * the text may be whatever Athena reads: where only one engine is asked, no two can differ.
   */
  readonly admit?: (sql: string) => void;
  /** An equal query's result may be used again that is no older, and nothing is scanned or paid; without it, every query is computed. */
  readonly reuseMinutes?: number;
  readonly usdPerTb?: number;
  /** Hears what each execution took; a query that is repeated has two. */
  readonly onCost?: (cost: QueryCost) => void;
  /** Hears of a query that could not be stopped, in words. */
  readonly onWarning?: (line: string) => void;
  readonly timing?: Timing;
}

/** How long the end of a query is waited for before it is asked after for the first time, and at most, ms. */
const wait = { first: 50, longest: 1000 } as const;
/** As many as GetQueryResults gives. */
const pageRows = 1000;

/** The client of a warehouse: retries what is throttled, another endpoint where one is set. */
export function athenaClient(env: NodeJS.ProcessEnv = process.env, { maxAttempts = 6 } = {}): AthenaClient {
  const endpoint = env['AWS_ENDPOINT_URL_ATHENA'] ?? env['AWS_ENDPOINT_URL'];
  return new AthenaClient({
    maxAttempts,
    requestHandler: { requestTimeout: 10_000 },
    ...(endpoint === undefined ? {} : { endpoint, region: env['AWS_REGION'] ?? 'us-east-1' }),
  });
}

/** A warehouse that Athena answers. A query's rows come when it is computed, a page at a time. */
export function athenaWarehouse(options: AthenaWarehouseOptions): Warehouse {
  const { workgroup, database, timing = realTiming } = options;
  const client = options.client ?? athenaClient();
  const location = `athena://${workgroup}/${database}`;
  const closing = new AbortController();
  const working = new Set<Promise<unknown>>();

  /** Runs a request, and puts the errors of Athena into the words of the port. */
  async function inOurErrors<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw explain(location, error);
    }
  }

  /** Begins a query. It is not broken off, since nobody would know what to stop; its token makes a retry no second query. */
  const start = (sql: string) =>
    inOurErrors(async () => {
      const { QueryExecutionId } = await client.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          WorkGroup: workgroup,
          QueryExecutionContext: { Database: database },
          ClientRequestToken: randomUUID(),
          ...(options.reuseMinutes !== undefined && {
            ResultReuseConfiguration: {
              ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: options.reuseMinutes },
            },
          }),
        }),
      );
      if (QueryExecutionId === undefined)
        throw new WarehouseUnavailable(`The warehouse ${location} gave a query no id. Try again later.`);
      return QueryExecutionId;
    });

  const look = (id: string, abortSignal?: AbortSignal) =>
    inOurErrors(async (): Promise<QueryExecution> => {
      const { QueryExecution: found = {} } = await client.send(
        new GetQueryExecutionCommand({ QueryExecutionId: id }),
        abortSignal && { abortSignal },
      );
      return found;
    });

  const page = (id: string, token: string | undefined, { signal: abortSignal }: Allowance) =>
    inOurErrors(() =>
      client.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token, MaxResults: pageRows }), {
        abortSignal,
      }),
    );

  function tellCost(queryId: string, { Status, Statistics = {}, StatementType }: QueryExecution): void {
    const bytesScanned = Statistics.DataScannedInBytes ?? 0;
    const isReused = Statistics.ResultReuseInformation?.ReusedPreviousResult === true;
    // What failed is free, and so is what asks the catalogue alone.
    const isFree = isReused || Status?.State === 'FAILED' || (StatementType !== 'DML' && bytesScanned === 0);
    const { usdPerTb } = options;
    options.onCost?.({
      queryId,
      bytesScanned,
      milliseconds: Statistics.TotalExecutionTimeInMillis ?? 0,
      isReused,
      usd: usdPerTb === undefined ? undefined : isFree ? 0 : scanUsd(bytesScanned, usdPerTb),
    });
  }

  /** Ends a query that nobody waits for any more; what it has scanned is paid. */
  async function stop(id: string): Promise<void> {
    try {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      options.onWarning?.(`The query ${id} could not be stopped, and may go on: ${why} Stop it in the Athena console.`);
      return;
    }
    try {
      tellCost(id, await look(id));
    } catch {
      // It is stopped; what it took is then not told.
    }
  }

  /** Begins a query and waits for its end, asking after it less and less often; whatever ends the waiting ends the query. */
  async function execution(sql: string, allowance: Allowance): Promise<QueryExecution & { readonly id: string }> {
    const { signal } = allowance;
    signal.throwIfAborted();
    const id = await unlessAborted(start(sql), signal, (late) => track(late.then(stop, () => undefined)));
    try {
      return await allowance.during(async (leftMs) => {
        for (let ms: number = wait.first; ; ms = Math.min(ms * 2, wait.longest)) {
          await timing.sleep(Math.min(ms * (0.5 + timing.random() / 2), leftMs()), signal);
          const found = await look(id, signal);
          if (['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(found.Status?.State ?? '')) {
            tellCost(id, found);
            return { ...found, id };
          }
        }
      });
    } catch (error) {
      await stop(id);
      throw error;
    }
  }

  /** A query that was answered. One that met an object as it was replaced is asked again, once. */
  async function answered(sql: string, allowance: Allowance): Promise<QueryExecution & { readonly id: string }> {
    for (let isRepeat = false; ; isRepeat = true) {
      const found = await execution(sql, allowance);
      if (found.Status?.State === 'SUCCEEDED') return found;
      if (isRepeat || !isTornRead(found)) throw whyEnded(location, found);
    }
  }

  async function* rowsOf(
    id: string,
    first: { readonly rows: GetQueryResultsCommandOutput; readonly skip: number },
    columns: readonly AthenaColumn[],
    allowance: Allowance,
  ): AsyncGenerator<readonly AnswerRow[]> {
    let { rows: found, skip } = first;
    for (;;) {
      const rows = (found.ResultSet?.Rows ?? []).slice(skip);
      if (rows.length > 0) yield rows.map((row) => rowOf(row, columns));
      const token = found.NextToken;
      if (token === undefined) return;
      found = await allowance.during((leftMs) => {
        leftMs();
        return page(id, token, allowance);
      });
      skip = 0;
    }
  }

  async function asked(sql: string, { signal, timeoutMs }: QueryOptions): Promise<StreamedAnswer> {
    const ending = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    ending.throwIfAborted();
    assertReads(sql);
    options.admit?.(sql);
    const allowance = new Allowance(ending, timeoutMs, timing.now);
    const { id, StatementType } = await answered(sql, allowance);
    const first = await allowance.during(() => page(id, undefined, allowance));
    const columns = (first.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map((info) => columnOf(info));
    // The names are the first row of what a SELECT gives, and of nothing else.
    const skip = StatementType === 'DML' ? 1 : 0;
    return {
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: rowsOf(id, { rows: first, skip }, columns, allowance),
    };
  }

  /** Lets `close` wait for work. */
  function track<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<void> = work.then(
      () => undefined,
      () => undefined,
    );
    working.add(settled);
    void settled.then(() => working.delete(settled));
    return work;
  }

  const stream: Warehouse['stream'] = (sql, limits = {}) => track(asked(sql, limits));

  return {
    stream,
    query: async (sql, limits) => whole(await stream(sql, limits)),

    async close() {
      closing.abort(new WarehouseUnavailable(`The warehouse ${location} was closed.`));
      while (working.size > 0) await Promise.all(working);
      if (options.client === undefined) client.destroy();
    },
  };
}
