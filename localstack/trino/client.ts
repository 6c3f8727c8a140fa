/** Trino's HTTP protocol: post a statement, follow `nextUri` until there is none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Answer, AnswerRow, AnswerColumn } from '../../lambdas/shared/ports/warehouse.ts';
import { plainType, readValue } from './values.ts';

const page = z.looseObject({
  nextUri: z.string().optional(),
  columns: z.array(z.looseObject({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  error: z
    .looseObject({
      message: z.string(),
      errorName: z.string(),
      errorType: z.string().default('INTERNAL_ERROR'),
      errorLocation: z.looseObject({ lineNumber: z.number(), columnNumber: z.number() }).optional(),
    })
    .optional(),
});

type Page = z.infer<typeof page>;

/**
 * Trino refused or failed a statement; `code` is its own name for why, such as `DIVISION_BY_ZERO`, `type` whose fault
 * it is, such as `USER_ERROR`.
 */
export class TrinoFailed extends Error {
  override readonly name = 'TrinoFailed';
  readonly code: string;
  readonly type: string;
  /** Trino's words alone. */
  readonly words: string;

  constructor(code: string, words: string, type = 'USER_ERROR') {
    super(`${code}: ${words}`);
    this.code = code;
    this.type = type;
    this.words = words;
  }
}

/** Whole numbers beyond what a double holds, which `JSON.parse` would round, become texts; strings are passed over. */
const withLongNumbers = (text: string): string =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );

async function fetchPage(address: string, init?: RequestInit): Promise<Page> {
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

/** Who asks, and where its names stand. */
export interface Session {
  readonly server: string;
  readonly catalog: string;
  readonly schema: string;
  readonly user?: string;
}

/** One statement that a Trino works on, in UTC as an Athena session. */
export class Statement {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #server: string;
  readonly #sql: string;
  #next: string | undefined;
  #columns: readonly AnswerColumn[] = [];

  /** The last semicolon is left out, as Athena does. */
  constructor({ server, catalog, schema, user = 'sillage' }: Session, sql: string) {
    this.#server = server;
    this.#sql = sql.replace(/;\s*$/, '');
    // Without the capability a timestamp's type is shown without its digits.
    this.#headers = {
      'X-Trino-User': user,
      'X-Trino-Catalog': catalog,
      'X-Trino-Schema': schema,
      'X-Trino-Time-Zone': 'UTC',
      'X-Trino-Source': 'sillage',
      'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    };
  }

  /**
   * Of its answer, once known. Types are in the spelling of the house: texts without their length, rows without quotes.
   */
  get columns(): readonly AnswerColumn[] {
    return this.#columns;
  }

  /** Begins. @returns the first rows, mostly none @throws TrinoFailed */
  begin(): Promise<readonly AnswerRow[]> {
    return this.#rows(fetchPage(`${this.#server}/v1/statement`, { method: 'POST', headers: this.#headers, body: this.#sql })); // prettier-ignore
  }

  /** The next rows, which may be none as long as it works. @returns undefined at the end @throws TrinoFailed */
  async next(): Promise<readonly AnswerRow[] | undefined> {
    if (this.#next === undefined) return undefined;
    return this.#rows(fetchPage(this.#next, { headers: this.#headers }));
  }

  /** Has Trino give it up. */
  async cancel(): Promise<void> {
    if (this.#next !== undefined) await fetch(this.#next, { method: 'DELETE', headers: this.#headers });
  }

  async #rows(answered: Promise<Page>): Promise<readonly AnswerRow[]> {
    const { error, columns, data = [], nextUri } = await answered;
    this.#next = nextUri;
    if (error) throw new TrinoFailed(error.errorName, error.message, error.errorType);
    if (columns) this.#columns = columns.map(({ name, type }) => ({ name, type: plainType(type) }));
    return data.map((row) => row.map((value, i) => readValue(value, this.#columns[i]?.type ?? '')));
  }
}

export interface AskOptions {
  readonly catalog?: string;
  readonly user?: string;
  /** Ends the query, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs one statement in a schema of a catalogue, and gives its whole answer. @throws TrinoFailed */
export async function ask(
  server: string,
  schema: string,
  sql: string,
  { catalog = 'lake', user, signal }: AskOptions = {},
): Promise<Answer> {
  const statement = new Statement({ server, catalog, schema, ...(user !== undefined && { user }) }, sql);
  const rows: AnswerRow[] = [];
  for (let more = await statement.begin(); ;) {
    for (const row of more) rows.push(row);
    if (signal?.aborted === true) {
      await statement.cancel();
      throw signal.reason;
    }
    const next = await statement.next();
    if (next === undefined) return { columns: statement.columns, rows };
    more = next;
  }
}
