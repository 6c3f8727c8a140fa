import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { home } from '../../../lambdas/shared/home.ts';
import { LimitReached } from '../../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../../../lambdas/shared/schema/catalog.ts';
import { describedTables } from './lake-reader.ts';
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

/**
 * Reads a lake in a process of its own. What the engine takes for one huge value it does not count itself, and nothing but the end of its
 * process gives it back: so that process ends, the query that was under way is told so, and the next one starts another.
 */
export function readerProcess({ lake, withholdsPersons, memoryMb }: ReaderProcessOptions): LakeReader {
  const asked = new Map<number, Waiting>();
  const queue: (() => void)[] = [];
  let [lastId, working, isClosed] = [0, 0, false];
  let child: ChildProcess | undefined;

  function started(): ChildProcess {
    const args = ['answer', '--lake', lake, '--memory', `${memoryMb}MB`, ...(withholdsPersons ? ['--no-persons'] : [])];
    // In a group of its own: a Ctrl-C ends it in order, when who asks has let go.
    const made = fork(fileURLToPath(new URL('bin/sillage.mjs', home)), args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      detached: true,
    });
    made.on('message', (message: unknown) => {
      const told = Told.parse(message);
      const waiting = asked.get(told.id);
      asked.delete(told.id);
      if ('failure' in told) waiting?.reject(errorOf(told.failure));
      else waiting?.resolve(told.answer);
    });
    const gone = () => {
      if (child === made) child = undefined;
      for (const { reject } of asked.values())
        reject(new LimitReached('memory', 'The query was ended: it took more memory than this machine can give it.'));
      asked.clear();
    };
    made.once('exit', gone).once('error', gone);
    // Who only waits for a next question keeps no program alive.
    made.unref();
    made.channel?.unref();
    return made;
  }

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

  /** Asks the process, starting it where it is not there. Who goes away has the question ended. */
  async function ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    const done = await turn(signal);
    try {
      const id = ++lastId;
      const answering = (child ??= started());
      answering.channel?.ref();
      return await new Promise((resolve, reject) => {
        const end = () => answering.connected && answering.send({ id, ask: 'end' } satisfies Asked);
        signal?.addEventListener('abort', end, { once: true });
        const over = () => signal?.removeEventListener('abort', end);
        asked.set(id, {
          resolve: (answer) => (over(), resolve(answer)),
          reject: (error) => (over(), reject(signal?.aborted ? signal.reason : error)),
        });
        answering.send({ ...question, id });
      });
    } finally {
      if (asked.size === 0) child?.channel?.unref();
      done();
    }
  }

  return {
    query: async (sql, { signal, ...limits }) => Answered.parse(await ask({ ask: 'query', sql, ...limits }, signal)),
    pipeline: async (signal) => Reported.parse(await ask({ ask: 'pipeline' }, signal)),
    tables: () => Promise.resolve(describedTables(loadCatalog(), { withholdsPersons })),
    async close() {
      isClosed = true;
      const open = child;
      if (open === undefined || open.exitCode !== null) return;
      const ended = new Promise<void>((resolve) => {
        open.once('exit', () => resolve());
      });
      if (open.connected) open.disconnect();
      const killing = setTimeout(() => open.kill('SIGKILL'), closingMs);
      await ended;
      clearTimeout(killing);
    },
  };
}
