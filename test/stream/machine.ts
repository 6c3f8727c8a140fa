/** The machine that collects, as `sillage up` composes it, and the operator who does what its words tell him to. */
import type { Collector } from '../../lambdas/collect/collect.ts';
import { landMapping } from '../../lambdas/land/mapping.ts';
import { land } from '../../lambdas/land/land.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { type Checkpoints, fileCheckpoints } from '../../localstack/embedded/event-source-mapping/checkpoints.ts';
import { failedPrefix, lakeDestination } from '../../localstack/embedded/event-source-mapping/failed.ts';
import { startMapping, type Mapping } from '../../localstack/embedded/event-source-mapping/mapping.ts';
import { type LogStream, openLogStream } from '../../localstack/embedded/stream/log-stream.ts';
import { faultyCheckpoints, faultyLake, faultyStream, type Turns } from './faulty-ports.ts';
import type { Flipped, MemoryDisk } from './memory-disk.ts';
import { Mortal, mortalDisk } from './mortal.ts';
import type { RecordKeeper } from './record-keeper.ts';
import type { Schedule } from './schedule.ts';
import type { VirtualTime } from './virtual-time.ts';

const catalog = loadCatalog();

/**
 * How long it may take until all is sent and the stream is drained, ms of virtual time: faults are over within minutes.
 */
const patience = 4 * 3_600_000;
/** Deaths after which its words do not help: no schedule has so many. */
const lives = 60;

export interface MachineParts {
  readonly time: VirtualTime;
  readonly disk: MemoryDisk;
  readonly lake: Lake;
  readonly turns: Turns;
  readonly keeper: RecordKeeper;
}

/** What runs on the machine while it is up. */
export interface Service {
  readonly process: Mortal;
  readonly log: LogStream;
  readonly checkpoints: Checkpoints;
  readonly collector: Collector;
  readonly mapping: Mapping;
}

export class Machine {
  readonly root = '/lake';
  readonly name = 'web';
  readonly disk: MemoryDisk;
  deaths = 0;
  calls = 0;
  readonly #schedule: Schedule;
  readonly #parts: MachineParts;
  readonly #lake: Lake;
  #up: Service | undefined;
  #steps = 0;
  #death: Schedule['deaths'][number] | undefined;
  /** Files in which a bit flipped, as they were: the operator has copies. */
  #copies: Flipped[] = [];
  /** The last thing that the machine said, for the words of a failure. */
  #said: unknown;

  constructor(schedule: Schedule, parts: MachineParts) {
    this.#schedule = schedule;
    this.#parts = parts;
    this.disk = parts.disk;
    this.#lake = faultyLake(parts.lake, parts.turns);
  }

  /** Asks the service for something. @returns undefined where it is not up, dies meanwhile, or fails */
  async ask<T>(action: (service: Service) => Promise<T>): Promise<T | undefined> {
    const service = this.#up;
    if (service === undefined) return undefined;
    return Promise.race([action(service).catch(() => undefined), service.process.killed.then(() => undefined)]);
  }

  flip(matching: RegExp, which: number, bit: number): void {
    // Of a file that is written anew there is one copy, and it is of now.
    if (this.#copies.some(({ path }) => matching.test(path) && !path.endsWith('.log'))) return;
    const flipped = this.disk.flip(matching, which, bit);
    if (flipped === undefined) return;
    this.#copies.push(flipped);
    this.#parts.keeper.hit(flipped);
  }

  /** Keeps the service up, starting it again each time it dies. @returns once all was sent and the stream is drained */
  async run(sent: Promise<unknown>): Promise<void> {
    const { time } = this.#parts;
    let isSent = false;
    const over = sent.finally(() => {
      isSent = true;
    });
    const deadline = time.trueNow() + patience;
    const late = time.sleep(patience).then(() => false);
    for (;;) {
      const process = new Mortal(() => this.#isFatal());
      await Promise.race([this.#start(process), process.killed]);
      if (this.#up !== undefined && !process.isDead) {
        if (!isSent) await Promise.race([over, process.killed, late]);
        if (!process.isDead && (await Promise.race([this.#drained(this.#up), process.killed.then(() => false), late])))
          return;
      }
      if (time.trueNow() >= deadline || this.deaths > lives)
        throw new Error(
          `The stream was not drained within ${patience / 3_600_000} hours and ${lives} starts. The machine ` +
            `said last: ${String(this.#said)}`,
        );
      await this.#bury(process);
      await time.sleep(1000);
    }
  }

  #isFatal(): boolean {
    this.#steps++;
    this.#death ??= this.#schedule.deaths.find(({ step }) => step === this.#steps);
    return this.#death !== undefined;
  }

  async #bury(process: Mortal): Promise<void> {
    this.#up = undefined;
    process.kill();
    this.deaths++;
    if (this.#death !== undefined && this.#death.how !== 'kill') this.disk.powerCut(this.#death.how);
    this.#death = undefined;
  }

  async #start(process: Mortal): Promise<void> {
    const { time, turns, keeper } = this.#parts;
    const disk = mortalDisk(this.disk, process);
    try {
      const log = await openLogStream(this.root, {
        name: this.name,
        shards: this.#schedule.shards,
        segmentBytes: this.#schedule.segmentBytes,
        now: time.now,
        onDamage: () => undefined,
        disk,
      });
      const watched = { ...log, ...keeper.watch(log) };
      const stream = faultyStream(watched, turns);
      const checkpoints = faultyCheckpoints(fileCheckpoints(this.root, this.name, 'land', disk), turns);
      const mapping = startMapping({
        name: this.name,
        mapping: { ...landMapping, ...this.#schedule.mapping },
        clock: time.clock,
        sleep: (ms, signal) => process.act(() => time.sleep(ms, signal)),
        stream,
        checkpoints,
        onFailure: (batch) => process.act(() => lakeDestination(this.#lake, 'land')(batch)),
        invoke: (event) => process.act(() => time.busy(() => this.#invoke(process, event))),
        onProblem: (error) => this.#operate(error, process),
      });
      const collector = {
        stream,
        clock: time.now,
        origins: [],
        random: () => 0.5,
        sleep: time.sleep,
        log: () => undefined,
      };
      if (!process.isDead) this.#up = { process, log: watched, checkpoints, collector, mapping };
    } catch (error) {
      this.#operate(error, process);
    }
  }

  async #invoke(process: Mortal, event: unknown): Promise<void> {
    const lake: Lake = { ...this.#lake, put: (...args) => process.actAloud(() => this.#lake.put(...args)) };
    this.calls++;
    const fault = this.#parts.turns.invocations();
    if (fault === 'dies before') throw new Error('The function ran out of memory.');
    await land({ lake, catalog }, event);
    if (fault === 'twice') await land({ lake, catalog }, event);
    if (fault === 'dies after') throw new Error('The function ran out of time.');
  }

  async #drained({ process, mapping, log }: Service): Promise<boolean> {
    // Where it is stopped before, the process was killed.
    const drained = mapping.drained().then(() => true);
    if (!(await Promise.race([drained, process.killed.then(() => false)]))) return false;
    await Promise.race([mapping.stop().then(() => log.close()), process.killed]);
    return true;
  }

  /** Does what the machine's words tell, and nothing else. */
  #operate(error: unknown, process: Mortal): void {
    this.#said = error;
    const text = String(error);
    const checkpoint = /The checkpoint (?<path>\S+) cannot be read\. Delete it/.exec(text)?.groups?.['path'];
    if (checkpoint !== undefined) void this.disk.remove(checkpoint);
    if (text.includes('start it again')) process.kill();
    if (text.includes('does not hold the shards of a stream. Restore it')) {
      for (const copy of this.#copies.splice(0).filter(({ path }) => path.endsWith('shards.json')))
        this.disk.restore(copy);
    }
  }

  /** Lands again what the mapping gave up. @returns how many batches that was */
  async redrive(): Promise<number> {
    const { lake } = this.#parts;
    const failed: string[] = [];
    for await (const { key } of lake.list(failedPrefix('land'))) failed.push(key);
    for (const key of failed) await land({ lake, catalog }, JSON.parse((await lake.get(key)).toString()));
    return failed.length;
  }
}
