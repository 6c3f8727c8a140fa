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
import { WarehouseUnavailable } from '../ports/warehouse.ts';
import { type QueryCost, scanUsd } from './athena-cost.ts';
import { explain, whyEnded, isTornRead } from './athena-errors.ts';
import { type Allowance, realTiming, type Timing, unlessAborted } from './athena-waiting.ts';

export interface AthenaOptions {
  /** It says where results go, and how much a query may scan. */
  readonly workgroup: string;
  /** Where tables are looked for that are named alone. */
  readonly database: string;
  /** A client of one's own, e.g. with other credentials. */
  readonly client?: AthenaClient;
  /**
   * An equal query's result may be used again that is no older, and nothing is scanned or paid; without it, every query
   * is computed.
   */
  readonly reuseMinutes?: number;
  readonly usdPerTb?: number;
  /** Hears what each execution took; a query that is repeated has two. */
  readonly onCost?: (cost: QueryCost) => void;
  /** Hears of a query that could not be stopped, in words. */
  readonly onWarning?: (line: string) => void;
  readonly timing?: Timing;
}

/** A statement that has ended well. */
export type Ended = QueryExecution & { readonly id: string };

/** Statements that Athena runs, and the wait for each. */
export interface AthenaExecutions {
  /** Where they run, for people. */
  readonly location: string;
  /** Aborts when they are closed. */
  readonly closing: AbortSignal;
  /**
   * Runs a statement to its end. @throws what the port has words for
   * @param mayRepeat one that met an object as it was replaced is asked again, once
   */
  readonly ended: (sql: string, allowance: Allowance, options?: { readonly mayRepeat?: boolean }) => Promise<Ended>;
  /** A page of what a statement answered. */
  readonly page: (id: string, token: string | undefined, allowance: Allowance) => Promise<GetQueryResultsCommandOutput>;
  /** Lets `close` wait for work. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
  /** Ends all statements and gives everything back. */
  readonly close: () => Promise<void>;
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

/** The statements of one workgroup. */
export function athenaExecutions(options: AthenaOptions): AthenaExecutions {
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

  /**
   * Begins a query. It is not broken off, since nobody would know what to stop; its token makes a retry no second
   * query.
   */
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

  const page: AthenaExecutions['page'] = (id, token, { signal: abortSignal }) =>
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

  /**
   * Begins a query and waits for its end, asking after it less and less often; whatever ends the waiting ends the
   * query.
   */
  async function execution(sql: string, allowance: Allowance): Promise<Ended> {
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

  const ended: AthenaExecutions['ended'] = async (sql, allowance, { mayRepeat = false } = {}) => {
    for (let isRepeat = false; ; isRepeat = true) {
      const found = await execution(sql, allowance);
      if (found.Status?.State === 'SUCCEEDED') return found;
      if (isRepeat || !mayRepeat || !isTornRead(found)) throw whyEnded(location, found);
    }
  };

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

  return {
    location,
    closing: closing.signal,
    ended,
    page,
    track,

    async close() {
      closing.abort(new WarehouseUnavailable(`The warehouse ${location} was closed.`));
      while (working.size > 0) await Promise.all(working);
      if (options.client === undefined) client.destroy();
    },
  };
}
