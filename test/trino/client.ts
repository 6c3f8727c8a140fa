/** Trino's HTTP protocol: post a statement, follow `nextUri` until there is none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Answer } from '../../lambdas/shared/ports/warehouse.ts';
import { plainType, readValue } from './values.ts';

const page = z.looseObject({
  nextUri: z.string().optional(),
  columns: z.array(z.looseObject({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  error: z
    .looseObject({
      message: z.string(),
      errorName: z.string(),
      errorLocation: z.looseObject({ lineNumber: z.number(), columnNumber: z.number() }).optional(),
    })
    .optional(),
});

/** Trino refused or failed a statement; `code` is its own name for why, such as `DIVISION_BY_ZERO`. */
export class TrinoFailed extends Error {
  override readonly name = 'TrinoFailed';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Whole numbers beyond what a double holds, which `JSON.parse` would round, become texts; strings are passed over. */
const withLongNumbers = (text: string): string =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );

async function fetchPage(address: string, init?: RequestInit): Promise<z.infer<typeof page>> {
  for (;;) {
    const response = await fetch(address, init);
    if (response.ok) return page.parse(JSON.parse(withLongNumbers(await response.text())));
    if (response.status === 400) throw new TrinoFailed('BAD_REQUEST', await response.text());
    // The protocol asks to try again after these.
    if (![429, 502, 503, 504].includes(response.status))
      throw new Error(`Trino answered ${response.status} at ${address}: ${(await response.text()).slice(0, 300)}`);
    await sleep(100);
  }
}

export interface AskOptions {
  readonly catalog?: string;
  /** Ends the query, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one statement in a schema of a catalogue, in UTC as an Athena session; its last semicolon is left out, as Athena does.
 * Types are in the spelling of the house: texts without their length, rows without quotes.
 * @throws TrinoFailed
 */
export async function ask(
  server: string,
  schema: string,
  sql: string,
  { catalog = 'lake', signal }: AskOptions = {},
): Promise<Answer> {
  // Without the capability a timestamp's type is shown without its digits.
  const headers = {
    'X-Trino-User': 'sillage',
    'X-Trino-Catalog': catalog,
    'X-Trino-Schema': schema,
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Source': 'sillage',
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  };
  const body = sql.replace(/;\s*$/, '');
  let answer = await fetchPage(`${server}/v1/statement`, { method: 'POST', headers, body });
  let columns: Answer['columns'] = [];
  const rows: unknown[][] = [];
  for (;;) {
    if (answer.error) {
      const { errorName, message } = answer.error;
      throw new TrinoFailed(errorName, message);
    }
    if (answer.columns) columns = answer.columns.map(({ name, type }) => ({ name, type: plainType(type) }));
    if (answer.data) for (const row of answer.data) rows.push(row);
    if (answer.nextUri === undefined) break;
    if (signal?.aborted === true) {
      await fetch(answer.nextUri, { method: 'DELETE', headers });
      throw signal.reason;
    }
    answer = await fetchPage(answer.nextUri, { headers });
  }
  return { columns, rows: rows.map((row) => row.map((value, i) => readValue(value, columns[i]?.type ?? ''))) };
}
