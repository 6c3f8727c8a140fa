/** A server that speaks Athena's protocol and answers as it is told: what no engine can be made to say. */
import { z } from 'zod';
import { amazonJsonServer, type AmazonJsonServer, type JsonAnswer } from './amazon-json-server.ts';

export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ScriptedAthena extends AmazonJsonServer {
  readonly calls: readonly Call[];
  /** The operations that were called, in their order. */
  operations(): string[];
}

/** Starts a server; `count` is of the calls of one operation, from 1. */
export async function scriptedAthena(answer: (call: Call, count: number) => JsonAnswer): Promise<ScriptedAthena> {
  const calls: Call[] = [];
  const server = await amazonJsonServer((operation, body) => {
    const call = { operation, input: z.record(z.string(), z.unknown()).parse(JSON.parse(body)) };
    calls.push(call);
    return answer(call, calls.filter((one) => one.operation === operation).length);
  });
  return { ...server, calls, operations: () => calls.map(({ operation }) => operation) };
}

/** An error as Athena answers it. */
export const failing = (status: number, name: string, message = 'As told.', more: object = {}): JsonAnswer => [
  status,
  { __type: name, Message: message, ...more },
];

/** What is told of a query's state. */
export interface Told {
  readonly state: string;
  readonly reason?: string;
  readonly type?: string;
  readonly bytes?: number;
  readonly isReused?: boolean;
}

/** The answer to GetQueryExecution. */
export const execution = ({ state, reason, type = 'DML', bytes = 0, isReused = false }: Told): JsonAnswer => [
  200,
  {
    QueryExecution: {
      StatementType: type,
      Status: { State: state, ...(reason !== undefined && { StateChangeReason: reason }) },
      Statistics: {
        DataScannedInBytes: bytes,
        TotalExecutionTimeInMillis: 1234,
        ResultReuseInformation: { ReusedPreviousResult: isReused },
      },
    },
  },
];

export interface Described {
  readonly Name: string;
  readonly Type: string;
  readonly Precision?: number;
  readonly Scale?: number;
}

/** The answer to GetQueryResults; null has no text. */
export const results = (
  columns: readonly Described[],
  rows: readonly (readonly (string | null)[])[],
  token?: string,
): JsonAnswer => [
  200,
  {
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: columns },
      Rows: rows.map((row) => ({ Data: row.map((cell) => (cell === null ? {} : { VarCharValue: cell })) })),
    },
    ...(token !== undefined && { NextToken: token }),
  },
];

const one = [{ Name: 'n', Type: 'integer' }] as const;

/**
 * A query that goes through the states told, the last of which stays, and has one column of one row, unless told
 * otherwise.
 */
export function query(
  states: readonly Told[],
  pages: (token: unknown) => JsonAnswer = () => results(one, [['n'], ['7']]),
): (call: Call, count: number) => JsonAnswer {
  return ({ operation, input }, count) => {
    if (operation === 'StartQueryExecution') return [200, { QueryExecutionId: `q${count}` }];
    if (operation === 'StopQueryExecution') return [200, {}];
    if (operation === 'GetQueryResults') return pages(input['NextToken']);
    const told = states[Math.min(count, states.length) - 1];
    if (told === undefined) throw new Error('No state is told.');
    return execution(told);
  };
}
