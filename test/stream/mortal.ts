/** A process that is killed between two of its steps: what it held in memory is gone, what it did stays. */
import type { Disk, DiskFile } from '../../localstack/embedded/stream/disk.ts';

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

  kill(): void {
    this.isDead = true;
    this.#die();
  }

  #step(): void {
    if (!this.isDead && this.#steps()) this.kill();
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

/** The disk as a process uses it that may be killed before and after each call. */
export function mortalDisk(disk: Disk, process: Mortal): Disk {
  const mortalFile = (file: DiskFile): DiskFile => ({
    // Reading changes nothing: there is no use in dying there twice.
    read: (...args) => file.read(...args),
    stat: () => file.stat(),
    write: (...args) => process.act(() => file.write(...args)),
    writev: (...args) => process.act(() => file.writev(...args)),
    truncate: (...args) => process.act(() => file.truncate(...args)),
    datasync: () => process.act(() => file.datasync()),
    close: () => file.close(),
  });
  return {
    open: (path, flags) =>
      flags === 'r' ? disk.open(path, flags) : process.act(async () => mortalFile(await disk.open(path, flags))),
    readText: (path) => disk.readText(path),
    list: (folder) => (process.isDead ? forever() : disk.list(folder)),
    makeFolder: (folder) => process.act(() => disk.makeFolder(folder)),
    syncFolder: (folder) => process.act(() => disk.syncFolder(folder)),
    rename: (from, to) => process.act(() => disk.rename(from, to)),
    remove: (path) => process.act(() => disk.remove(path)),
    writtenAt: (path) => disk.writtenAt(path),
    lock: (...args) => disk.lock(...args),
  };
}
