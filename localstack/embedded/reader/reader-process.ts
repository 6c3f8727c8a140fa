import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { home } from '../../../lambdas/shared/home.ts';
import { LimitReached } from '../../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../../../lambdas/shared/schema/catalog.ts';
import { describedTables } from '../../../lambdas/ask/described-tables.ts';
import { Answered, type Asked, errorOf, Reported, Told } from './messages.ts';
import { type LakeReader, TooBusy } from './reader.ts';

export interface ReaderProcessOptions {
  /** The lake's address, as `--lake` takes it. */
  readonly lake: string;
  readonly withholdsPersons: boolean;
  /** What all queries together may take, MB. */
  readonly memoryMb: number;
}

/** Questions that are answered at the same time, and those that wait for their turn. */
export const [atOnce, waitingAtMost] = [2, 16] as const;

/** A question without its number. */
type Question = Asked extends infer One ? (One extends Asked ? Omit<One, 'id'> : never) : never;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const closingMs = 3000;

/** One process that answers, and what it was asked. */
class Answerer {
  readonly #process: ChildProcess;
  readonly #asked = new Map<number, Waiting>();
  #lastId = 0;
  #isRetired = false;

  constructor(args: readonly string[]) {
    // In a group of its own: a Ctrl-C ends it in order, when who asks has let go.
    this.#process = fork(fileURLToPath(new URL('bin/sillage.mjs', home)), ['answer', ...args], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      detached: true,
    });
    this.#process.on('message', (message: unknown) => this.#hear(Told.parse(message)));
    const gone = () => {
      this.#isRetired = true;
      for (const { reject } of this.#asked.values())
        reject(new LimitReached('memory', 'The query was ended: it took more memory than this machine can give it.'));
      this.#asked.clear();
    };
    this.#process.once('exit', gone).once('error', gone);
    // Who only waits for a next question keeps no program alive.
    this.#process.unref();
    this.#process.channel?.unref();
  }

  /** Whether another is to take its place: it has ended, or holds memory that it cannot give back. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Asks one question. Who goes away has it ended. */
  ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.#lastId;
    this.#process.channel?.ref();
    return new Promise((resolve, reject) => {
      const end = () => this.#send({ id, ask: 'end' });
      const over = () => {
        signal?.removeEventListener('abort', end);
        if (this.#asked.size === 0) this.#process.channel?.unref();
      };
      this.#asked.set(id, {
        resolve: (answer) => (over(), resolve(answer)),
        reject: (error) => (over(), reject(signal?.aborted ? signal.reason : error)),
      });
      this.#send({ ...question, id });
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted) end();
    });
  }

  /** Ends the process, in order where it hears. */
  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    const killing = setTimeout(() => this.#process.kill('SIGKILL'), closingMs);
    await ended;
    clearTimeout(killing);
  }

  #send(asked: Asked): void {
    if (this.#process.connected) this.#process.send(asked);
  }

  #hear(told: Told): void {
    const waiting = this.#asked.get(told.id);
    this.#asked.delete(told.id);
    if ('failure' in told) {
      // What an engine has taken the system may not get back while its process lives: the next query would be ended for
      // it.
      if (told.failure.limit === 'memory') this.#isRetired = true;
      waiting?.reject(errorOf(told.failure));
    } else waiting?.resolve(told.answer);
    if (this.#isRetired && this.#asked.size === 0) void this.close();
  }
}

/**
 * Reads a lake in a process of its own. What the engine takes for one huge value it does not count itself, and nothing
 * but the end of its process gives it back: so that process ends, the query that was under way is told so, and the next
 * one starts another.
 */
export function readerProcess({ lake, withholdsPersons, memoryMb }: ReaderProcessOptions): LakeReader {
  const args = ['--lake', lake, '--memory', `${memoryMb}MB`, ...(withholdsPersons ? ['--no-persons'] : [])];
  const queue: (() => void)[] = [];
  let [working, isClosed] = [0, false];
  let answerer: Answerer | undefined;

  /** Waits until a question may be asked. @returns what lets the next one in */
  async function turn(signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    if (isClosed) throw new Error('The reader of the lake is closed.');
    const done = () => {
      working--;
      queue.shift()?.();
    };
    if (working < atOnce) {
      working++;
      return done;
    }
    if (queue.length >= waitingAtMost)
      throw new TooBusy(`${atOnce} queries are under way and ${queue.length} wait: ask again in a moment.`);
    await new Promise<void>((resolve, reject) => {
      const next = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.splice(queue.indexOf(next), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(next);
    });
    working++;
    return done;
  }

  /** Asks the process, starting it where it is not there. */
  async function ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    const done = await turn(signal);
    try {
      if (answerer === undefined || answerer.isRetired) answerer = new Answerer(args);
      return await answerer.ask(question, signal);
    } finally {
      done();
    }
  }

  return {
    query: async (sql, { signal, ...limits }) => Answered.parse(await ask({ ask: 'query', sql, ...limits }, signal)),
    pipeline: async (signal) => Reported.parse(await ask({ ask: 'pipeline' }, signal)),
    tables: () => Promise.resolve(describedTables(loadCatalog(), { withholdsPersons })),
    async close() {
      isClosed = true;
      await answerer?.close();
    },
  };
}
