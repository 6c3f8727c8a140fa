/**
 * Athena's API before any warehouse, for the SDK as it is: a query runs in the background, and its rows are kept until
 * they are asked for.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AnswerColumn, AnswerRow, AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { amazonJsonServer } from './amazon-json-server.ts';

/** What the front is asked, in Athena's words. */
const requests = z.discriminatedUnion('operation', [
  z.looseObject({
    operation: z.literal('StartQueryExecution'),
    QueryString: z.string().min(1).max(262_144),
    ClientRequestToken: z.string().min(32).max(128),
    WorkGroup: z.string(),
    QueryExecutionContext: z.looseObject({ Database: z.string() }),
  }),
  z.looseObject({ operation: z.literal('GetQueryExecution'), QueryExecutionId: z.string() }),
  z.looseObject({ operation: z.literal('StopQueryExecution'), QueryExecutionId: z.string() }),
  z.looseObject({
    operation: z.literal('GetQueryResults'),
    QueryExecutionId: z.string(),
    NextToken: z.string().optional(),
    MaxResults: z.number().int().min(1).max(1000).default(1000),
  }),
]);
export type AthenaRequest = z.infer<typeof requests>;

interface Execution {
  readonly sql: string;
  readonly stop: AbortController;
  readonly startedAt: number;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  reason?: string;
  columns: readonly AnswerColumn[];
  readonly rows: AnswerRow[];
}

export interface AthenaFront {
  readonly url: string;
  /** Every request so far, in their order. */
  readonly requests: readonly AthenaRequest[];
  close(): Promise<void>;
}

/** A type as Athena describes it: its bare name, and its digits apart. */
function columnInfo({ name, type }: AnswerColumn) {
  const bare = type.replace(/\([^)]*\)(?= with time zone$)|\(.*$/, '');
  const [, precision, scale] = /^\w+\((\d+)(?:, ?(\d+))?\)/.exec(type) ?? [];
  return {
    Name: name,
    Label: name,
    Type: bare === 'real' ? 'float' : bare,
    Precision: Number(precision ?? 0),
    Scale: Number(scale ?? 0),
  };
}

/** A value as Athena writes it: of arrays and rows a text that cannot be read back. */
function athenaText(value: AnswerValue): string {
  if (Array.isArray(value)) return `[${value.map((item: AnswerValue) => athenaText(item)).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value).map(([key, item]: [string, AnswerValue]) => `${key}=${athenaText(item)}`).join(', ')}}`; // prettier-ignore
  return String(value);
}

const cell = (value: AnswerValue) => (value === null ? {} : { VarCharValue: athenaText(value) });
const isSelect = (sql: string) => !/^\s*(?:SHOW|DESC|EXPLAIN|CREATE|DROP)/i.test(sql);
const isCreate = (sql: string) => /^\s*CREATE/i.test(sql);

/**
 * The rows as GetQueryResults gives them: of a SELECT behind their names, of DESCRIBE each in one cell, filled up with
 * blanks.
 */
function resultRows({ sql, columns, rows }: Execution): readonly object[] {
  if (isSelect(sql))
    return [columns.map(({ name }) => ({ VarCharValue: name })), ...rows.map((row) => row.map(cell))].map((Data) => ({
      Data,
    }));
  const filled = (value: AnswerValue) => athenaText(value).padEnd(columns.length > 1 ? 20 : 0);
  return rows.map((row) => ({ Data: [{ VarCharValue: row.map(filled).join('\t') }] }));
}

/** A refusal in Athena's words. */
class Refused extends Error {
  override readonly name = 'InvalidRequestException';
}

/** Starts a front on a free port of this machine. */
export async function athenaFront(warehouse: Pick<Warehouse, 'stream'>): Promise<AthenaFront> {
  const executions = new Map<string, Execution>();
  const byToken = new Map<string, string>();
  const asked: AthenaRequest[] = [];

  async function run(execution: Execution): Promise<void> {
    try {
      const { columns, rows } = await warehouse.stream(execution.sql, { signal: execution.stop.signal });
      execution.columns = columns;
      for await (const batch of rows) for (const row of batch) execution.rows.push(row);
      if (execution.state !== 'CANCELLED') execution.state = 'SUCCEEDED';
    } catch (error) {
      if (execution.state === 'CANCELLED') return;
      execution.state = 'FAILED';
      execution.reason = error instanceof Error ? error.message : String(error);
    }
  }

  function found(id: string): Execution {
    const execution = executions.get(id);
    if (execution === undefined) throw new Refused(`QueryExecution ${id} was not found`);
    return execution;
  }

  function start({ ClientRequestToken, QueryString: sql }: Extract<AthenaRequest, { QueryString: string }>): string {
    const known = byToken.get(ClientRequestToken);
    if (known !== undefined) return known;
    const id = randomUUID();
    const execution: Execution = { sql, stop: new AbortController(), startedAt: Date.now(), state: 'QUEUED', columns: [], rows: [] }; // prettier-ignore
    executions.set(id, execution);
    byToken.set(ClientRequestToken, id);
    void run(execution);
    return id;
  }

  function describe(id: string): object {
    const execution = found(id);
    const { sql, state, reason, startedAt } = execution;
    // What was asked after once is at work.
    if (state === 'QUEUED') execution.state = 'RUNNING';
    return {
      QueryExecutionId: id,
      Query: sql,
      StatementType: isSelect(sql) ? 'DML' : /^\s*(?:CREATE|DROP)/i.test(sql) ? 'DDL' : 'UTILITY',
      Status: { State: state, ...(reason !== undefined && { StateChangeReason: reason }) },
      Statistics: { DataScannedInBytes: 0, TotalExecutionTimeInMillis: Date.now() - startedAt },
    };
  }

  /** What has ended stays as it ended. */
  function stop(execution: Execution): void {
    if (execution.state !== 'QUEUED' && execution.state !== 'RUNNING') return;
    execution.state = 'CANCELLED';
    execution.stop.abort();
  }

  function answer(request: AthenaRequest): object {
    switch (request.operation) {
      case 'StartQueryExecution':
        return { QueryExecutionId: start(request) };
      case 'GetQueryExecution':
        return { QueryExecution: describe(request.QueryExecutionId) };
      case 'StopQueryExecution':
        stop(found(request.QueryExecutionId));
        return {};
      case 'GetQueryResults': {
        const execution = found(request.QueryExecutionId);
        if (execution.state !== 'SUCCEEDED')
          throw new Refused(`Query has not yet finished. Current state: ${execution.state}`);
        const from = Number(request.NextToken ?? 0);
        const rows = resultRows(execution);
        const to = from + request.MaxResults;
        // The engine answers a CREATE TABLE AS with the number of its rows, Athena with a field of its own.
        if (isCreate(execution.sql))
          return { UpdateCount: Number(execution.rows[0]?.[0] ?? 0), ResultSet: { Rows: [] } };
        return {
          ResultSet: {
            Rows: rows.slice(from, to),
            ResultSetMetadata: { ColumnInfo: execution.columns.map(columnInfo) },
          },
          ...(to < rows.length && { NextToken: String(to) }),
        };
      }
    }
  }

  const server = await amazonJsonServer((operation, sent) => {
    try {
      const body = z.record(z.string(), z.unknown()).parse(JSON.parse(sent));
      const request = requests.parse({ ...body, operation });
      asked.push(request);
      return [200, answer(request)];
    } catch (error) {
      return [400, { __type: 'InvalidRequestException', Message: error instanceof Error ? error.message : '' }];
    }
  });
  return {
    url: server.url,
    requests: asked,
    async close() {
      for (const execution of executions.values()) stop(execution);
      await server.close();
    },
  };
}
