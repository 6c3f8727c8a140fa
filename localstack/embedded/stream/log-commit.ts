/** The frames of one put that belong to one shard, and the first sequence number in them. */
export interface Frames {
  readonly shardId: string;
  readonly first: bigint;
  readonly frames: Buffer;
}

interface Waiting {
  readonly frames: readonly Frames[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Makes puts durable together: those that come while a commit is under way share the next one, so however many there
 * are, the disk is asked for one write and one sync a shard at a time.
 */
export class GroupCommit {
  readonly #append: (shardId: string, first: bigint, frames: readonly Buffer[]) => Promise<void>;
  #waiting: Waiting[] = [];
  /** The loop of commits that is under way. */
  #running: Promise<void> | undefined;
  /** What wants to be alone, one after the other. */
  #barrier: Promise<void> | undefined;

  constructor(append: (shardId: string, first: bigint, frames: readonly Buffer[]) => Promise<void>) {
    this.#append = append;
  }

  /** What puts must wait for; ask again behind it. A put is added in the same breath in which this was undefined. */
  get gate(): Promise<void> | undefined {
    return this.#barrier;
  }

  /** Adds a put. @returns once it is durable; throws where any of it could not be written */
  add(frames: readonly Frames[]): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ frames, resolve, reject });
    });
    this.#running ??= this.#run();
    return written;
  }

  /** Does something while no put is under way and none is added. */
  async alone(action: () => Promise<void>): Promise<void> {
    const before = this.#barrier;
    let lift = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      lift = resolve;
    });
    this.#barrier = mine;
    try {
      await before;
      await this.#running;
      await action();
    } finally {
      // Whoever came later is still behind a barrier of its own.
      if (this.#barrier === mine) this.#barrier = undefined;
      lift();
    }
  }

  async #run(): Promise<void> {
    // A turn of the loop later, so that puts of the same moment share the first commit too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const puts = this.#waiting;
      this.#waiting = [];
      const byShard = new Map<string, Frames[]>();
      for (const one of puts.flatMap(({ frames }) => frames)) {
        const others = byShard.get(one.shardId);
        if (others === undefined) byShard.set(one.shardId, [one]);
        else others.push(one);
      }
      const failures = new Map<string, unknown>();
      const appends = [...byShard].map(([shardId, all]) =>
        this.#append(
          shardId,
          all[0]?.first ?? 0n,
          all.map(({ frames }) => frames),
        ).catch((error: unknown) => void failures.set(shardId, error)),
      );
      await Promise.all(appends);
      for (const { frames, resolve, reject } of puts) {
        const failed = frames.find(({ shardId }) => failures.has(shardId));
        if (failed === undefined) resolve();
        else reject(failures.get(failed.shardId));
      }
    }
    this.#running = undefined;
  }
}
