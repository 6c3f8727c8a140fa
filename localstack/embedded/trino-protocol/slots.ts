import { EventEmitter, once } from 'node:events';

/** Lets so many work at a time; the others wait in their order. */
export class Slots {
  #free: number;
  readonly #waiting: symbol[] = [];
  readonly #freed = new EventEmitter().setMaxListeners(0);

  constructor(count: number) {
    this.#free = count;
  }

  /** Works when its turn has come. @throws the signal's reason where it is given up before */
  async held<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const ticket = Symbol('ticket');
    this.#waiting.push(ticket);
    try {
      while (this.#free === 0 || this.#waiting[0] !== ticket) await once(this.#freed, 'freed', { signal });
      this.#free--;
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(ticket), 1);
      this.#freed.emit('freed');
    }
    try {
      return await work();
    } finally {
      this.#free++;
      this.#freed.emit('freed');
    }
  }
}
