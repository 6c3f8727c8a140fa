import { constants } from 'node:os';

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
