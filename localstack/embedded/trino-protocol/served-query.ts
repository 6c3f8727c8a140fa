import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { AnswerColumn, StreamedAnswer } from '../../../lambdas/shared/ports/warehouse.ts';
import { parseType } from '../warehouse/trino/types.ts';
import { QueryEnded, wireError, type WireError } from './failure.ts';
import { wireValue } from './wire.ts';

/** How much one page has of an answer, characters of JSON; twice as much waits for its reader. */
const pageCharacters = 1_000_000;
/** How long a client waits for a page before it gets an empty one, ms; Trino's own. */
const waitMs = 1000;
/** A client that does not ask for so long has gone away, ms; Trino's own. */
const abandonedMs = 300_000;

/** What a client is given at a time. */
export interface Page {
  readonly columns?: readonly AnswerColumn[];
  readonly notes?: readonly string[];
  /** JSON of the rows; empty where there are none yet. */
  readonly rows: readonly string[];
  readonly state: 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED';
  readonly error?: WireError;
  /** Of the page that comes next; none behind the last. */
  readonly next?: number;
  readonly rowsSoFar: number;
}

/** Opens what answers, and keeps it open while its rows are read. */
export type Answering = (signal: AbortSignal, read: (answer: StreamedAnswer) => Promise<void>) => Promise<void>;

/**
 * A query that a client asks for page by page. Rows are computed as pages are taken: an answer of any size takes the
 * memory of two pages.
 */
export class ServedQuery {
  readonly id: string;
  /** Nobody guesses it, so that no other program reads the pages. */
  readonly slug = randomBytes(16).toString('hex');
  readonly startedAt = Date.now();
  readonly #ending = new AbortController();
  readonly #changed = new EventEmitter().setMaxListeners(0);
  #columns: readonly AnswerColumn[] | undefined;
  #notes: readonly string[] = [];
  #rows: string[] = [];
  #characters = 0;
  #rowsSoFar = 0;
  #isDone = false;
  #error: unknown;
  #token = -1;
  #page: Promise<Page> | undefined;
  #askedAt = Date.now();

  constructor(id: string, answering: Answering, onProblem: (error: unknown) => void) {
    this.id = id;
    void answering(this.#ending.signal, (answer) => this.#read(answer))
      .catch((error: unknown) => {
        this.#error = this.#ending.signal.aborted ? this.#ending.signal.reason : error;
        if (wireError(this.#error).errorName === 'GENERIC_INTERNAL_ERROR') onProblem(error);
      })
      .finally(() => {
        this.#isDone = true;
        this.#changed.emit('change');
      });
  }

  /**
   * The page of a token: the next one, or the last again for a client that did not get it.
   * @returns undefined for any other
   */
  page(token: number): Promise<Page> | undefined {
    this.#askedAt = Date.now();
    if (token === this.#token + 1) {
      const before = this.#page;
      this.#token = token;
      this.#page = (async () => {
        await before;
        return this.#nextPage(token);
      })();
    }
    return token === this.#token ? this.#page : undefined;
  }

  /** Ends the work; the client is told so by the next page. */
  end(reason: Error): void {
    this.#ending.abort(reason);
    // Who has computed all is cut off, too: nobody wants the rest.
    this.#rows = [];
    this.#error ??= reason;
    this.#changed.emit('change');
  }

  /** Whether nobody asks for it any more; such a one is ended. */
  isLeft(now: number): boolean {
    if (now - this.#askedAt < abandonedMs) return false;
    this.end(new QueryEnded('ABANDONED_QUERY', `Query ${this.id} was ended: nobody asked for its pages.`));
    return true;
  }

  async #read({ columns, rows, notes = [] }: StreamedAnswer): Promise<void> {
    this.#columns = columns;
    this.#notes = notes;
    const types = columns.map(({ type }) => parseType(type));
    for await (const batch of rows) {
      for (const row of batch) {
        const text = `[${row.map((value, i) => wireValue(value, types[i])).join(',')}]`;
        this.#rows.push(text);
        this.#characters += text.length;
      }
      this.#changed.emit('change');
      while (this.#characters > 2 * pageCharacters) await once(this.#changed, 'taken', { signal: this.#ending.signal });
    }
  }

  async #nextPage(token: number): Promise<Page> {
    const deadline = AbortSignal.timeout(waitMs);
    while (!this.#isDone && this.#error === undefined && this.#characters < pageCharacters && !deadline.aborted)
      await once(this.#changed, 'change', { signal: deadline }).catch(() => undefined);
    const columns = this.#columns && { columns: this.#columns, notes: this.#notes };
    const isEnd = this.#isDone || this.#error !== undefined;
    if (this.#error !== undefined)
      return { ...columns, rows: [], state: 'FAILED', error: wireError(this.#error), rowsSoFar: this.#rowsSoFar };
    const rows = this.#taken();
    this.#rowsSoFar += rows.length;
    const isLast = isEnd && this.#rows.length === 0;
    return {
      ...columns,
      rows,
      state: isLast ? 'FINISHED' : columns ? 'RUNNING' : 'QUEUED',
      ...(!isLast && { next: token + 1 }),
      rowsSoFar: this.#rowsSoFar,
    };
  }

  /** The first rows, as many as a page has. */
  #taken(): readonly string[] {
    let taken = 0;
    let characters = 0;
    while (taken < this.#rows.length && characters < pageCharacters) characters += this.#rows[taken++]?.length ?? 0;
    const rows = this.#rows.slice(0, taken);
    this.#rows = this.#rows.slice(taken);
    this.#characters -= characters;
    this.#changed.emit('taken');
    return rows;
  }
}
