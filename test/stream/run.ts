/**
 * Runs a schedule: pages send through `collect`, a log takes it, the embedded mapping feeds `land`, everything fails as
 * planned, time is virtual.
 */
import { z } from 'zod';
import { collect } from '../../lambdas/collect/collect.ts';
import { aggregated } from '../../lambdas/land/samples.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { memoryLake } from '../../lambdas/shared/ports/memory-lake.ts';
import { damageOf } from '../../localstack/embedded/stream/log-damage.ts';
import { uuid, webEvent } from '../small-lake.ts';
import { roomOf, turnsOf, type Turns } from './faulty-ports.ts';
import { Machine } from './machine.ts';
import { memoryDisk } from './memory-disk.ts';
import { RecordKeeper, type Given } from './record-keeper.ts';
import type { Flippable, PlannedRequest, Poison, Schedule } from './schedule.ts';
import { VirtualTime } from './virtual-time.ts';

/** What came of a run. */
export interface Run {
  readonly lake: Lake;
  /** Ids of the events that their pages were told are taken, and of those that went straight onto the stream. */
  readonly acknowledged: readonly string[];
  /** Every record that the stream was given. */
  readonly given: readonly Given[];
  /** What stands in the records that hold several, by their data in base64. */
  readonly packed: ReadonlyMap<string, readonly string[]>;
  /** What the stream tells of records that it lost. */
  readonly damage: readonly string[];
  /** Batches that were given up; they were landed again at the end, as an operator would. */
  readonly givenUp: number;
  readonly deaths: number;
  readonly calls: number;
}

/** Half a minute before midnight. */
const start = '2025-03-29T23:59:30.000Z';
const dayMs = 86_400_000;
const accepted = z.object({ refused: z.array(z.object({ index: z.number() })) });
const pathsOf: Readonly<Record<Flippable, RegExp>> = {
  segment: /\.log$/,
  checkpoint: /checkpoints\/.*\.json$/,
  table: /shards\.json$/,
  mark: /acknowledged$/,
};

class World {
  readonly time = new VirtualTime(start);
  readonly lake = memoryLake();
  readonly acknowledged = new Set<string>();
  readonly packed = new Map<string, readonly string[]>();
  readonly keeper = new RecordKeeper();
  readonly machine: Machine;
  readonly #turns: Turns;
  #ids: number;

  constructor(schedule: Schedule, ids: number) {
    this.#ids = ids;
    this.#turns = turnsOf(schedule.faults);
    const disk = memoryDisk({ now: this.time.now, room: roomOf(this.#turns) });
    this.machine = new Machine(schedule, {
      time: this.time,
      disk,
      lake: this.lake,
      turns: this.#turns,
      keeper: this.keeper,
    });
  }

  #event(at: number, skewMs: number, offset: string, over: object = {}): { id: string; event: object } {
    const id = uuid(++this.#ids);
    const hours = Number(offset.slice(0, 3));
    const time = new Date(at + skewMs + hours * 3_600_000).toISOString().replace('Z', offset);
    return { id, event: { ...webEvent(this.#ids, { event_time: time }), ...over } };
  }

  /** A page: it keeps its events until it is told what became of them. Its clock is its own. */
  async page({ at, visitor, events }: PlannedRequest): Promise<void> {
    await this.time.sleep(at * 1000);
    const made = events.map(({ skewMs, offset }) =>
      this.#event(this.time.trueNow(), skewMs, offset, { visitor_id: `v${visitor}` }),
    );
    const body = Buffer.from(JSON.stringify(made.map(({ event }) => event)));
    for (;;) {
      const answer = await this.machine.ask(({ collector }) =>
        collect(collector, { method: 'POST', headers: { 'content-type': 'application/json' }, body, ip: '192.0.2.1' }),
      );
      if (answer === undefined || this.#turns.answers() === 'lost') {
        await this.time.sleep(5000);
        continue;
      }
      if (answer.status === 200) {
        const refused = new Set(accepted.parse(JSON.parse(answer.body)).refused.map(({ index }) => index));
        for (const [i, { id }] of made.entries()) if (!refused.has(i)) this.acknowledged.add(id);
      }
      if (answer.status !== 503) return;
      await this.time.sleep(Number(answer.headers['retry-after']) * 1000);
    }
  }

  async poison(at: number, kind: Poison): Promise<void> {
    await this.time.sleep(at * 1000);
    const ids: string[] = [];
    const received = { received_at: this.time.clock().toISOString() };
    const good = (skewMs = 0) => {
      const { id, event } = this.#event(this.time.now(), skewMs, '+00:00', received);
      ids.push(id);
      return JSON.stringify(event);
    };
    const data = Buffer.from(
      {
        text: () => 'no JSON',
        bytes: () => Buffer.from([0x80, 0xff]),
        list: () => '[{}]',
        unclean: () =>
          JSON.stringify(this.#event(this.time.now(), 0, '+00:00', { ...received, event_id: 'no id' }).event),
        // Of another day than it is received on, which only the transform finds out.
        'odd time': () => good(-25 * 3_600_000).replace(/"event_time":"(?<day>[^T]+)T/, '"event_time":"$1 '),
        aggregate: () => {
          const parts = [good(), 'null', good()];
          const record = aggregated(parts);
          this.packed.set(record.toString('base64'), parts);
          return record;
        },
      }[kind](),
    );
    while ((await this.machine.ask(({ log }) => log.put([{ data, partitionKey: kind }]))) === undefined)
      await this.time.sleep(1000);
    for (const id of ids) this.acknowledged.add(id);
  }

  async reshard(at: number, what: 'split' | 'merge', which: number): Promise<void> {
    await this.time.sleep(at * 1000);
    await this.machine.ask(async ({ log }) => {
      const open = (await log.shards())
        .filter(({ isClosed }) => !isClosed)
        .toSorted((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1));
      const [one, next] = [open[which % open.length], open[(which % open.length) + 1]];
      if (what === 'split' && one) await log.split(one.shardId);
      else if (one && next) await log.merge(one.shardId, next.shardId);
    });
  }

  async setClock(at: number, days: number): Promise<void> {
    await this.time.sleep(at * 1000);
    this.time.setClock(days * dayMs);
  }

  async trim(at: number): Promise<void> {
    await this.time.sleep(at * 1000);
    await this.machine.ask(({ log, checkpoints }) => log.trim(new Date(this.time.now() - dayMs), checkpoints));
  }

  async flip({ at, what, which, bit }: Schedule['flips'][number]): Promise<void> {
    await this.time.sleep(at * 1000);
    this.machine.flip(pathsOf[what], which, bit);
  }
}

/** @param ids where the numbers of the events' ids begin: runs that share a lake have their own */
export async function run(schedule: Schedule, ids = 0): Promise<Run> {
  const world = new World(schedule, ids);
  const { machine } = world;
  const senders = Promise.all([
    ...schedule.clocks.map(({ at, days }) => world.setClock(at, days)),
    ...schedule.requests.map((request) => world.page(request)),
    ...schedule.poison.map(({ at, kind }) => world.poison(at, kind)),
    ...schedule.reshardings.map(({ at, what, which }) => world.reshard(at, what, which)),
    ...schedule.trims.map((at) => world.trim(at)),
    ...schedule.flips.map((flip) => world.flip(flip)),
  ]);
  await world.time.until(machine.run(senders));
  const givenUp = await machine.redrive();
  const damage = await damageOf(machine.root, machine.name, machine.disk);
  return {
    lake: world.lake,
    acknowledged: [...world.acknowledged],
    given: world.keeper.given,
    packed: world.packed,
    damage: damage.map(({ message }) => message),
    givenUp,
    deaths: machine.deaths,
    calls: machine.calls,
  };
}
