/** A server that speaks Athena's protocol and answers as it is told: what no engine can be made to say. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A status, and a body of JSON. */
export type Answer = readonly [status: number, body: object];

export interface ScriptedAthena {
  readonly url: string;
  readonly calls: readonly Call[];
  /** The operations that were called, in their order. */
  operations(): string[];
  close(): Promise<void>;
}

/** Starts a server; `count` is of the calls of one operation, from 1. */
export async function scriptedAthena(answer: (call: Call, count: number) => Answer): Promise<ScriptedAthena> {
  const calls: Call[] = [];
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target']).replace('AmazonAthena.', '');
    const call = { operation, input: z.record(z.string(), z.unknown()).parse(JSON.parse(await text(incoming))) };
    calls.push(call);
    const [status, body] = answer(call, calls.filter((one) => one.operation === operation).length);
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify(body));
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    calls,
    operations: () => calls.map(({ operation }) => operation),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An error as Athena answers it. */
export const failing = (status: number, name: string, message = 'As told.', more: object = {}): Answer => [
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
export const execution = ({ state, reason, type = 'DML', bytes = 0, isReused = false }: Told): Answer => [
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
): Answer => [
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

/** A query that goes through the states told, the last of which stays, and has one column of one row, unless told otherwise. */
export function query(
  states: readonly Told[],
  pages: (token: unknown) => Answer = () => results(one, [['n'], ['7']]),
): (call: Call, count: number) => Answer {
  return ({ operation, input }, count) => {
    if (operation === 'StartQueryExecution') return [200, { QueryExecutionId: `q${count}` }];
    if (operation === 'StopQueryExecution') return [200, {}];
    if (operation === 'GetQueryResults') return pages(input['NextToken']);
    const told = states[Math.min(count, states.length) - 1];
    if (told === undefined) throw new Error('No state is told.');
    return execution(told);
  };
}
