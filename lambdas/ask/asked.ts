import * as z from 'zod';
import { LimitReached, QueryFailed, UnportableSql, WarehouseUnavailable } from '../shared/ports/warehouse.ts';

/** The gate reads 262,144 bytes of SQL; as JSON they may be twice as many. */
const queryBytes = 524_288;

const Query = z.strictObject({ sql: z.string().min(1) });

/** Why something is not answered; `at`: the place in the text, where it is one of the text. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly at?: { readonly line: number; readonly column: number };
}

/** The statement that a request asks. @param body `{ "sql": … }` as JSON */
export function askedIn(contentType: string | undefined, body: Buffer): { readonly sql: string } | Refusal {
  // A page elsewhere can have a form or a "simple" request sent, but none of this type without being asked about it
  // first.
  if (!/^application\/json\s*(?:;|$)/i.test(contentType ?? ''))
    return { status: 415, error: 'A query is sent as application/json.' };
  if (body.length > queryBytes) return { status: 413, error: `A query has at most ${queryBytes} bytes.` };
  let sent: unknown;
  try {
    sent = JSON.parse(body.toString('utf8'));
  } catch {
    return { status: 400, error: 'The body is not JSON.' };
  }
  const { data } = Query.safeParse(sent);
  if (data === undefined) return { status: 400, error: 'A query is { "sql": "SELECT …" }.' };
  return { sql: data.sql.replace(/;\s*$/, '') };
}

/**
 * What went wrong with a query, in the words of the gate.
 * @param more how to be given more than the limits
 * @throws whatever is no fault of the query
 */
export function refusalOf(error: unknown, more: string): Refusal {
  if (error instanceof QueryFailed || error instanceof UnportableSql) {
    const { line, column } = /^line (?<line>\d+):(?<column>\d+): /.exec(error.message)?.groups ?? {};
    const at = line === undefined ? {} : { at: { line: Number(line), column: Number(column) } };
    return { status: 400, error: error.message, ...at };
  }
  if (error instanceof LimitReached)
    return {
      status: 422,
      error: `${error.message} Ask for less: fewer days, sums in place of rows, a join with a condition. ${more}`,
    };
  if (error instanceof WarehouseUnavailable) return { status: 503, error: error.message };
  throw error;
}
