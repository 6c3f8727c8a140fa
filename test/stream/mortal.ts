/** A process that is killed between two of its steps: what it held in memory is gone, what it did stays. */

/** What the killed process was doing stops there, and is never heard of again. */
const forever = () => new Promise<never>(() => undefined);

export class Mortal {
  isDead = false;
  readonly killed: Promise<void>;
  readonly #steps: () => boolean;
  #die: () => void = () => undefined;

  /** @param isFatal tells of each step, one after the other, whether the process is killed there */
  constructor(isFatal: () => boolean) {
    this.#steps = isFatal;
    this.killed = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  #step(): void {
    if (this.isDead || !this.#steps()) return;
    this.isDead = true;
    this.#die();
  }

  /** An action of the process upon the world: it may be killed just before, or just after. */
  async act<T>(action: () => Promise<T>): Promise<T> {
    this.#step();
    if (this.isDead) return forever();
    const result = await action();
    this.#step();
    return this.isDead ? forever() : result;
  }

  /** As `act`, for what somebody outside of the process waits for: it ends with an error. */
  async actAloud<T>(action: () => Promise<T>): Promise<T> {
    this.#step();
    if (this.isDead) throw new Error('The process was killed.');
    const result = await action();
    this.#step();
    if (this.isDead) throw new Error('The process was killed.');
    return result;
  }
}
