/** Runs a schedule: pages send through `collect`, the embedded mapping feeds `land`, everything fails as planned, time is virtual. */
import { collect, type Collector } from '../../lambdas/collect/collect.ts';
import { landMapping } from '../../lambdas/land/mapping.ts';
import { land } from '../../lambdas/land/land.ts';
import { aggregated } from '../../lambdas/land/samples.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { memoryLake } from '../../lambdas/shared/ports/memory-lake.ts';
import { memoryStream } from '../../lambdas/shared/ports/memory-stream.ts';
import type { StreamRecord } from '../../lambdas/shared/ports/stream.ts';
import type { Resharding } from '../../lambdas/shared/ports/stream-shards.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { uuid, webEvent } from '../small-lake.ts';
import { memoryCheckpoints } from '../../localstack/embedded/stream/checkpoints.ts';
import { lakeDestination } from '../../localstack/embedded/stream/event-source-mapping-failed.ts';
import { startMapping, type Mapping } from '../../localstack/embedded/stream/event-source-mapping.ts';
import { z } from 'zod';
import { faultsInTurn, faultyCheckpoints, faultyLake, faultyStream } from './faulty-ports.ts';
import { Mortal } from './mortal.ts';
import type { PlannedRequest, Poison, Schedule } from './schedule.ts';
import { VirtualTime } from './virtual-time.ts';

/** What came of a run. */
export interface Run {
  readonly lake: Lake;
  /** Ids of the events that their pages were told are taken, and of those that went straight onto the stream. */
  readonly acknowledged: readonly string[];
  /** Every record of the stream, in the order of each shard. */
  readonly records: readonly StreamRecord[];
  /** What stands in the records that hold several, by their data in base64. */
  readonly packed: ReadonlyMap<string, readonly string[]>;
  /** Batches that were given up; they were landed again at the end, as an operator would. */
  readonly givenUp: number;
  readonly kills: number;
  readonly calls: number;
}

/** Half a minute before midnight. */
const start = '2025-03-29T23:59:30.000Z';
const catalog = loadCatalog();
const accepted = z.object({ refused: z.array(z.object({ index: z.number() })) });

class World {
  readonly time = new VirtualTime(start);
  readonly stream: Resharding;
  readonly lake = memoryLake();
  readonly acknowledged = new Set<string>();
  readonly packed = new Map<string, readonly string[]>();
  kills = 0;
  calls = 0;
  readonly #schedule: Schedule;
  readonly #collector: Collector;
  #ids: number;

  constructor(schedule: Schedule, ids: number) {
    this.#schedule = schedule;
    this.#ids = ids;
    this.stream = memoryStream({ shards: schedule.shards, now: this.time.now });
    this.#collector = {
      stream: faultyStream(this.stream, schedule.faults), clock: this.time.now, origins: [], random: () => 0.5, sleep: this.time.sleep, log: () => undefined,
    };
  }

  #event(at: number, skewMs: number, offset: string, over: object = {}): { id: string; event: object } {
    const id = uuid(++this.#ids);
    const hours = Number(offset.slice(0, 3));
    const time = new Date(at + skewMs + hours * 3_600_000).toISOString().replace('Z', offset);
    return { id, event: { ...webEvent(this.#ids, { event_time: time }), ...over } };
  }

  /** A page: it keeps its events until it is told what became of them. */
  async page({ at, visitor, events }: PlannedRequest, isLost: () => boolean): Promise<void> {
    await this.time.sleep(at * 1000);
    const made = events.map(({ skewMs, offset }) => this.#event(this.time.now(), skewMs, offset, { visitor_id: `v${visitor}` }));
    const body = Buffer.from(JSON.stringify(made.map(({ event }) => event)));
    for (;;) {
      const { status, headers, body: answer } = await collect(this.#collector, { method: 'POST', headers: { 'content-type': 'application/json' }, body, ip: '192.0.2.1' });
      if (isLost()) {
        await this.time.sleep(5000);
        continue;
      }
      if (status === 200) {
        const refused = new Set(accepted.parse(JSON.parse(answer)).refused.map(({ index }) => index));
        for (const [i, { id }] of made.entries()) if (!refused.has(i)) this.acknowledged.add(id);
      }
      if (status !== 503) return;
      await this.time.sleep(Number(headers['retry-after']) * 1000);
    }
  }

  async poison(at: number, kind: Poison): Promise<void> {
    await this.time.sleep(at * 1000);
    const received = { received_at: this.time.clock().toISOString() };
    const good = (skewMs = 0) => {
      const { id, event } = this.#event(this.time.now(), skewMs, '+00:00', received);
      this.acknowledged.add(id);
      return JSON.stringify(event);
    };
    const data = {
      text: () => 'no JSON', bytes: () => Buffer.from([0x80, 0xff]), list: () => '[{}]',
      unclean: () => JSON.stringify(this.#event(this.time.now(), 0, '+00:00', { ...received, event_id: 'no id' }).event),
      // Of another day than it is received on, which only the transform finds out.
      'odd time': () => good(-25 * 3_600_000).replace(/"event_time":"(?<day>[^T]+)T/, '"event_time":"$1 '),
      aggregate: () => {
        const parts = [good(), 'null', good()];
        const record = aggregated(parts);
        this.packed.set(record.toString('base64'), parts);
        return record;
      },
    }[kind]();
    await this.stream.put([{ data: Buffer.from(data), partitionKey: kind }]);
  }

  async reshard(at: number, what: 'split' | 'merge', which: number): Promise<void> {
    await this.time.sleep(at * 1000);
    const open = (await this.stream.shards()).filter(({ isClosed }) => !isClosed).toSorted((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1));
    const [one, next] = [open[which % open.length], open[(which % open.length) + 1]];
    if (what === 'split' && one) await this.stream.split(one.shardId);
    else if (one && next) await this.stream.merge(one.shardId, next.shardId);
  }

  /** The process that lands: it is started again each time it is killed. @returns when it has drained the stream */
  async lander(until: Promise<unknown>): Promise<void> {
    const { faults, mapping, kills } = this.#schedule;
    const stream = faultyStream(this.stream, { ...faults, puts: [] });
    const checkpoints = faultyCheckpoints(memoryCheckpoints(), faults);
    const lake = faultyLake(this.lake, faults);
    const invocation = faultsInTurn(faults.invocations);
    let steps = 0;
    const isFatal = () => kills.includes(++steps);
    let isOver = false;
    const over = until.finally(() => {
      isOver = true;
    });
    for (;;) {
      const process = new Mortal(isFatal);
      const own: Lake = { ...lake, put: (...args) => process.actAloud(() => lake.put(...args)) };
      const running = startMapping({
        name: 'web', mapping: { ...landMapping, ...mapping }, clock: this.time.clock, sleep: (ms, signal) => process.act(() => this.time.sleep(ms, signal)),
        stream: { ...stream, shards: () => process.act(() => stream.shards()), read: (...args) => process.act(() => stream.read(...args)) },
        checkpoints: { load: (...args) => process.act(() => checkpoints.load(...args)), save: (...args) => process.act(() => checkpoints.save(...args)) },
        onFailure: (batch) => process.act(() => lakeDestination(lake, 'land')(batch)),
        invoke: (event) => process.act(() => this.time.busy(async () => {
          this.calls++;
          const fault = invocation();
          if (fault === 'dies before') throw new Error('The function ran out of memory.');
          await land({ lake: own, catalog }, event);
          if (fault === 'twice') await land({ lake: own, catalog }, event);
          if (fault === 'dies after') throw new Error('The function ran out of time.');
        })),
      });
      if (!isOver) await Promise.race([over, process.killed]);
      if (!process.isDead && await this.#drained(running, process)) return;
      this.kills++;
      await this.time.sleep(1000);
    }
  }

  async #drained(mapping: Mapping, process: Mortal): Promise<boolean> {
    const drained = mapping.drained().then(() => true);
    if (!await Promise.race([drained, process.killed.then(() => false)])) return false;
    await Promise.race([mapping.stop(), process.killed]);
    return true;
  }

  /** Lands again what the mapping gave up. @returns how many batches that was */
  async redrive(): Promise<number> {
    const failed: string[] = [];
    for await (const { key } of this.lake.list('raw/failed/')) failed.push(key);
    for (const key of failed) {
      await land({ lake: this.lake, catalog }, JSON.parse((await this.lake.get(key)).toString()));
    }
    return failed.length;
  }

  async records(): Promise<StreamRecord[]> {
    const found: StreamRecord[] = [];
    for (const { shardId } of await this.stream.shards()) found.push(...(await this.stream.read(shardId, undefined, 10_000)).records);
    return found;
  }
}

/** @param ids where the numbers of the events' ids begin: runs that share a lake have their own */
export async function run(schedule: Schedule, ids = 0): Promise<Run> {
  const world = new World(schedule, ids);
  const answers = faultsInTurn(schedule.faults.answers);
  const senders = Promise.all([
    ...schedule.requests.map((request) => world.page(request, () => answers() === 'lost')),
    ...schedule.poison.map(({ at, kind }) => world.poison(at, kind)),
    ...schedule.reshardings.map(({ at, what, which }) => world.reshard(at, what, which)),
  ]);
  await world.time.until(world.lander(senders));
  const givenUp = await world.redrive();
  return { lake: world.lake, acknowledged: [...world.acknowledged], records: await world.records(), packed: world.packed, givenUp, kills: world.kills, calls: world.calls };
}
