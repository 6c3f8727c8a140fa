import { constants } from 'node:os';
import { say } from './say.ts';

type Stop = 'SIGINT' | 'SIGTERM';

/** The work was ended from outside: by Ctrl-C, or by a service manager. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** What a shell says of a process that a signal ended: 130 for Ctrl-C. */
  readonly exitCode: number;
  constructor(by: Stop) {
    super(`Ended by ${by}.`);
    this.exitCode = 128 + constants.signals[by];
  }
}

/**
 * Works until done or interrupted: Ctrl-C, or a service manager's SIGTERM, gives the signal, and the work ends in
 * order. A second one kills.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (by: Stop) => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    stopping.abort(new Interrupted(by));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/**
 * Works, and where that is ended from outside says how things stand; it ends as without: what the engine is at has no
 * end in order.
 */
export async function tellingHowItStands<T>(stands: () => string, work: () => Promise<T>): Promise<T> {
  // Behind a line that shows progress.
  const tell = () => say(`${process.stderr.isTTY ? '\n' : ''}${stands()}`);
  const stop = (by: Stop) => {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    tell();
    process.kill(process.pid, by);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work();
  } catch (error) {
    // By a key at a question, which is no signal.
    if (error instanceof Interrupted) tell();
    throw error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
