/** One lane of one day: its people are found once, and every source's share of them is written. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { claimOrder, countSession, emptyTally } from './advertising/tally.ts';
import type { Tally } from './advertising/tally.ts';
import { customerResource } from './crm/customers.ts';
import { orderResource } from './crm/orders.ts';
import { dayOf, dayOfTime, isoDay } from './market/calendar.ts';
import type { DayIndex } from './market/calendar.ts';
import { marketOf } from './market/market.ts';
import type { Market } from './market/market.ts';
import { emptyTruth, weigh, weighWithheld } from './market/truth.ts';
import type { Truth } from './market/truth.ts';
import type { World } from './market/world.ts';
import { exposuresBefore, journeyWithout, startOf } from './people/journey.ts';
import type { Visit } from './people/journey.ts';
import { changesOn, orderOf } from './people/order.ts';
import type { Order } from './people/order.ts';
import type { Person } from './people/population.ts';
import { lookBackDays, pulledAfterDays, latenessOf, scan } from './people/scan.ts';
import type { DirtCounts } from './web/dirt.ts';
import { sendBots } from './web/bots.ts';
import { sendSession } from './web/session.ts';
import { Wire } from './web/wire.ts';
import type { Lines } from './web/wire.ts';
import { gzipLevel } from '../shared/gzip.ts';

export const allSources = ['web', 'crm', 'advertising', 'influencers'] as const;
export type Source = (typeof allSources)[number];

/** What a worker is asked for. */
export interface LaneRequest {
  readonly world: World;
  readonly sources: readonly Source[];
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly lane: number;
}

/** An object of the lake, complete. */
export interface RawObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly rows: number;
  /** Every record belongs to the partition's day. */
  readonly singleDay: boolean;
}

/** A record and when it was last changed, ms. */
export interface Resource {
  readonly updatedAt: number;
  readonly line: string;
}

export interface LanePart {
  readonly lane: number;
  /** Objects of the web events of this very day. */
  readonly objects: readonly RawObject[];
  /** Lines that were received today and belong to an earlier day: few, and put together from all lanes. */
  readonly strays: readonly (Lines & { readonly day: DayIndex })[];
  readonly dirt: readonly { readonly day: DayIndex; readonly counts: DirtCounts }[];
  readonly orders: readonly Resource[];
  readonly customers: readonly Resource[];
  /** Today, yesterday and three days ago. */
  readonly tallies: readonly Tally[];
  readonly truth: Truth;
}

const eventsPerLane = 50_000;
const eventsPerObject = 50_000;

const gzipAsync = promisify(gzip);

export function compress(content: string | Uint8Array): Promise<Uint8Array> {
  return gzipAsync(content, { level: gzipLevel, chunkSize: 262_144 });
}

/**
 * In how many lanes the world's days are worked on: by its size only, so that the bytes are the same on any machine.
 */
export function lanesOf(world: World): number {
  return Math.max(1, Math.ceil(world.eventsPerDay / eventsPerLane));
}

export function webKey(partition: DayIndex, received: DayIndex, part: number): string {
  return `raw/web/events/dt=${isoDay(partition)}/received-${isoDay(received)}-part-${String(part).padStart(4, '0')}.jsonl.gz`;
}

/** A lane has this many part numbers of its own. */
const partsPerLane = 20;

async function webObjects(wire: Wire, lane: number): Promise<RawObject[]> {
  const objects: RawObject[] = [];
  for (const { rows, bytes } of wire.linesOf(wire.day, eventsPerObject)) {
    objects.push({
      key: webKey(wire.day, wire.day, lane * partsPerLane + objects.length),
      body: await compress(bytes),
      rows,
      singleDay: true,
    });
  }
  return objects;
}

/** Whether some events of the visit are received on the day. */
function reaches(market: Market, person: Person, visit: Visit, day: DayIndex): boolean {
  if (visit.day === day) return true;
  const late = latenessOf(market, person.key, visit.number);
  if (late === 0 && visit.day < day - 1) return false;
  const first = startOf(person, visit) + late;
  // The longest session lasts under two hours.
  return dayOfTime(first) <= day && dayOfTime(first + 7_200_000) >= day;
}

export async function renderLane({ world, sources, day: isoDate, lane }: LaneRequest): Promise<LanePart> {
  const market = marketOf(world);
  const day = dayOf(isoDate);
  const place = { lane, of: lanesOf(world) };
  const wire = new Wire(day);
  const orders: Resource[] = [];
  const customers: Resource[] = [];
  const tallies = pulledAfterDays.map((age) => emptyTally(day - age));
  const truth = emptyTruth(world);
  const web = sources.includes('web');
  const crm = sources.includes('crm');

  scan(market, day, place, (person, visits, days) => {
    const orderAt = (visit: Visit, among: readonly Visit[] = visits): Order =>
      orderOf(
        market,
        person,
        visit,
        exposuresBefore(among, visit).flatMap(({ post }) => post ?? []),
      );
    const ordersOf = (among: readonly Visit[]): Order[] =>
      among.filter((visit) => visit.day === day && visit.outcome === 'bought').map((visit) => orderAt(visit, among));
    for (const holdout of market.holdouts.concerning(person)) {
      const free = journeyWithout(market, person, days, market.holdouts.heldFrom(person, holdout));
      weighWithheld(truth, market, holdout, { placed: ordersOf(visits), would: ordersOf(free) });
    }
    for (const visit of visits) {
      if (visit.day < day - lookBackDays) continue;
      const order = visit.outcome === 'bought' ? orderAt(visit) : undefined;
      const tally = tallies.find((each) => each.day === visit.day);
      if (tally) countSession(tally, visit.arrival.clicked, visit.device);
      if (tally && order && !order.test) claimOrder(tally, order, exposuresBefore(visits, visit));
      if (web && reaches(market, person, visit, day)) sendSession(wire, market, person, visit, order);
      if (order === undefined || !changesOn(order, day)) continue;
      if (crm) orders.push(orderResource(market, order, day));
      if (visit.day !== day) continue;
      weigh(truth, market, order, visits);
      if (crm && !order.guest) {
        const soFar = visits
          .filter(({ number, outcome }) => outcome === 'bought' && number <= visit.number)
          .map((each) => orderAt(each));
        customers.push({ updatedAt: order.enteredAt, line: customerResource(market, person, soFar) });
      }
    }
  });
  if (web) sendBots(wire, market, place);

  const partitions = wire.partitions;
  return {
    lane,
    objects: web ? await webObjects(wire, lane) : [],
    strays: partitions
      .filter((each) => each !== day)
      .flatMap((each) => Array.from(wire.linesOf(each), (lines) => ({ day: each, ...lines }))),
    dirt: partitions.map((each) => ({ day: each, counts: wire.dirtOf(each) })),
    orders,
    customers,
    tallies,
    truth,
  };
}
