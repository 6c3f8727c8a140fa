/** What a deployment costs in a month, at so many events a second. */
import { coreMb } from '../config.ts';
import { daysOfMonth, hoursOfMonth, secondsOfMonth, valueOf } from './assumptions.ts';
import type { Deployed } from './deployed.ts';
import type { KnownPrice } from './prices.ts';

export type Part = 'collect' | 'stream' | 'land' | 'stream runs' | 'daily run' | 'storage' | 'watch' | 'queries';

export interface BillLine {
  readonly part: Part;
  readonly what: string;
  readonly quantity: number;
  readonly price: KnownPrice;
  readonly usd: number;
}

export interface Traffic {
  readonly eventsPerSecond: number;
  /** Default: as the tracker sends them. */
  readonly eventsPerRequest?: number;
  readonly monthsKept?: number;
}

/** MB that a batch of a mapping may have, as text of base64 within the 6 MB of an invocation. */
const batchMb = 4.4;
const coreGb = coreMb / 1024;
const requestsAtOnce = 8;
const firstRequests = 300e6;

/** Seconds that a function takes for so much work: cores grow with its memory. */
function secondsOf(cpuSeconds: number, requests: number, memoryGb: number): number {
  return cpuSeconds / (memoryGb / coreGb) + (requests * valueOf('s3Ms')) / 1000 / requestsAtOnce;
}

/** Traces of a month: the first of a second, and a twentieth of the others. */
const tracesOf = (calls: number): number => {
  const first = Math.min(calls, secondsOfMonth);
  return first + (calls - first) * 0.05;
};

/** How the landed objects of a day come about. */
export function landingOf({ landing, stream }: Deployed, eventsPerSecond: number, eventsPerRequest: number) {
  const bytes = eventsPerSecond * valueOf('eventBytes');
  const records = eventsPerSecond / eventsPerRequest;
  const busiest = Math.max(bytes / 1e6, records / 1000) * valueOf('peak');
  const shards = Math.max(stream.isOnDemand ? 4 : stream.shards, Math.ceil(busiest));
  // A window begins with a record: where few come, each has a batch of its own.
  const byTime = Math.min(shards / landing.windowSeconds, records);
  const batches = Math.max(byTime, bytes / (batchMb * 1e6), records / landing.batchSize);
  return { shards, batches, objectsOfDay: batches * 86_400 * valueOf('daysOfObjects') };
}

/** A join takes at least so many objects that have settled, and leaves alone those of a MB and more. */
const [joinedAtOnce, settledSeconds, largeBytes] = [10, 600, 2 ** 20];

/**
 * Objects of a day so far, once the settled ones are joined before each run: those that are not settled, few that wait
 * for a join, one of ten and more that was joined, and none below a MB for long.
 */
export function objectsOf(landed: number, perSecond: number, bytes: number, runSeconds: number): number {
  const levels = 1 + Math.max(0, Math.ceil(Math.log10(largeBytes / (bytes / landed))));
  const waiting = perSecond * (settledSeconds + runSeconds / 2) + (joinedAtOnce / 2) * levels;
  return Math.min(landed, waiting + Math.min(landed / joinedAtOnce, bytes / largeBytes));
}

/** The parts of a day of so many events. */
const partsFor = (events: number, partRows: number): number => {
  let parts = 1;
  while (events > parts * partRows) parts *= 2;
  return parts;
};

const hours = 24;

/** What a run reads and builds, on the average over the hours of a day. */
function runOf(deployed: Deployed, eventsPerSecond: number, objectsOfDay: number) {
  const sum = { events: 0, partedEvents: 0, objects: 0, reads: 0, parts: 0 };
  const { aMonth } = deployed.runs.stream;
  for (let hour = 0.5; hour < hours; hour++) {
    const share = hour / hours;
    const events = eventsPerSecond * 86_400 * share;
    const bytes = events * valueOf('landedBytes');
    const objects = objectsOf(objectsOfDay * share, objectsOfDay / 86_400, bytes, secondsOfMonth / aMonth);
    const parts = partsFor(events, deployed.partRows);
    sum.events += events / hours;
    sum.partedEvents += (parts > 1 ? parts * events : 0) / hours;
    sum.objects += objects / hours;
    sum.reads += (parts * objects) / hours;
    sum.parts += parts / hours;
  }
  return sum;
}

/**
 * The lines of a month's bill.
 * @param priceOf the price of an id of `docs/prices.json`
 */
export function billOf(
  deployed: Deployed,
  priceOf: (id: string) => KnownPrice,
  { eventsPerSecond, eventsPerRequest = valueOf('eventsPerRequest'), monthsKept = valueOf('monthsKept') }: Traffic,
): BillLine[] {
  const lines: BillLine[] = [];
  const add = (part: Part, what: string, quantity: number, id: string): void => {
    const price = priceOf(id);
    if (quantity > 0) lines.push({ part, what, quantity, price, usd: quantity * price.usd });
  };
  const functionOf = (name: string) => {
    const found = deployed.functions.get(name);
    if (found === undefined) throw new Error(`The templates have no function ${name}.`);
    return found;
  };
  /** So many calls of a function, of which each takes so long. */
  const call = (part: Part, name: string, calls: number, seconds: number): void => {
    const { memoryGb } = functionOf(name);
    add(part, `${name}: calls`, calls, 'lambda.request');
    add(part, `${name}: time, ${memoryGb.toFixed(2)} GB`, calls * seconds * memoryGb, 'lambda.gbSecond');
  };
  const events = eventsPerSecond * secondsOfMonth;
  const requests = events / eventsPerRequest;
  const { shards, batches, objectsOfDay } = landingOf(deployed, eventsPerSecond, eventsPerRequest);

  add('collect', 'HTTP API', Math.min(requests, firstRequests), 'api.request');
  add('collect', 'HTTP API, beyond 300 million', requests - firstRequests, 'api.requestBeyond');
  call('collect', 'collect', requests, valueOf('collectMs') / 1000);
  add('collect', 'access log', (requests * valueOf('accessLineBytes')) / 1e9, 'logs.gbIn');
  if (functionOf('collect').isTraced) add('collect', 'collect: traces', tracesOf(requests), 'xray.trace');

  const recordBytes = valueOf('eventBytes') * eventsPerRequest;
  if (deployed.stream.isOnDemand) {
    add('stream', 'stream', hoursOfMonth, 'kinesis.streamHour');
    const gb = (requests * Math.ceil(recordBytes / 1024) * 1024) / 1e9;
    add('stream', 'written', gb, 'kinesis.gbIn');
    add('stream', 'read', gb, 'kinesis.gbOut');
  } else {
    add('stream', `${shards} shard${shards > 1 ? 's' : ''}`, shards * hoursOfMonth, 'kinesis.shardHour');
    add('stream', 'records, one a request', requests * Math.ceil(recordBytes / 25_600), 'kinesis.putUnit');
  }

  const batchesOfMonth = batches * secondsOfMonth;
  const landSeconds =
    secondsOf(
      (valueOf('landFixedMs') + (eventsPerSecond / batches) * valueOf('landEventMs')) / 1000,
      0,
      functionOf('land').memoryGb,
    ) +
    (2 * valueOf('s3Ms')) / 1000;
  call('land', 'land', batchesOfMonth, landSeconds);
  add('land', 'objects written', batchesOfMonth * valueOf('daysOfObjects'), 's3.write');
  add('land', 'log', (batchesOfMonth * valueOf('landLogBytes')) / 1e9, 'logs.gbIn');
  if (functionOf('land').isTraced) add('land', 'land: traces', tracesOf(batchesOfMonth), 'xray.trace');

  // A run has half of its day behind it, on average.
  const { aMonth: runs, way } = deployed.runs.stream;
  const half = runOf(deployed, eventsPerSecond, objectsOfDay);
  // Objects of closed days stand as they were joined, and the listing of raw, by the plan of the events, goes over
  // them.
  const closedObjects =
    monthsKept *
    daysOfMonth *
    Math.min(objectsOfDay / joinedAtOnce, (eventsPerSecond * 86_400 * valueOf('landedBytes')) / largeBytes);
  const landedARun = (objectsOfDay * daysOfMonth) / runs;
  const plans = way.filter((state) => state.startsWith('Plan ')).length;
  const listings = plans * valueOf('planListings') + (2 * half.objects + closedObjects) / 1000 + 3;
  call(
    'stream runs',
    'plan',
    runs * plans,
    secondsOf(valueOf('planCpuS'), valueOf('planReads'), functionOf('plan').memoryGb),
  );
  call('stream runs', 'join', runs, secondsOf(0.1, 3 * landedARun, functionOf('join').memoryGb));
  const objectReads = half.reads * valueOf('readsPerObject');
  call(
    'stream runs',
    'transform',
    runs * half.parts,
    secondsOf(
      valueOf('transformFixedS') +
        (half.events * valueOf('transformEventS') + half.partedEvents * valueOf('partEventS')) / half.parts,
      objectReads / half.parts,
      functionOf('transform').memoryGb,
    ),
  );
  const builds = valueOf('buildsPerRun') - 1;
  const batchesARun = builds + half.parts;
  call(
    'stream runs',
    'model',
    runs * builds,
    secondsOf(
      (valueOf('modelFixedS') + half.events * valueOf('modelEventS')) / builds,
      valueOf('modelReads') / builds,
      functionOf('model').memoryGb,
    ),
  );
  add('stream runs', 'objects listed', runs * listings, 's3.write');
  add(
    'stream runs',
    'objects read',
    runs *
      (plans * valueOf('planReads') +
        objectReads +
        valueOf('modelReads') * half.parts +
        landedARun * valueOf('readsPerLanded')),
    's3.read',
  );
  add('stream runs', 'objects written', runs * (batchesARun * 3 + (2 * landedARun) / joinedAtOnce), 's3.write');
  // A batch is an execution of its own: its start, and its one state.
  const transitions = way.length + 2 * batchesARun;
  add('stream runs', 'state transitions', runs * transitions, 'states.transition');
  const calls = plans + batchesARun + 3;
  add(
    'stream runs',
    'logs',
    (runs * (calls * valueOf('callLogBytes') + transitions * valueOf('transitionLogBytes'))) / 1e9,
    'logs.gbIn',
  );

  const { aMonth: days, way: dailyWay } = deployed.runs.all;
  const dayEvents = eventsPerSecond * 86_400;
  const dayParts = partsFor(dayEvents, deployed.partRows);
  const dailyReads = valueOf('dailyReads') + dayParts * half.objects * valueOf('readsPerObject');
  add(
    'daily run',
    'functions: time',
    days *
      functionOf('transform').memoryGb *
      secondsOf(
        valueOf('dailyCpuS') +
          valueOf('transformFixedS') +
          valueOf('modelFixedS') +
          dayEvents * (valueOf('transformEventS') + valueOf('modelEventS')) +
          (dayParts > 1 ? dayParts * dayEvents * valueOf('partEventS') : 0),
        dailyReads,
        functionOf('transform').memoryGb,
      ),
    'lambda.gbSecond',
  );
  add('daily run', 'objects read', days * dailyReads, 's3.read');
  add(
    'daily run',
    'objects listed',
    days * (dailyWay.length / 2) * (valueOf('planListings') + closedObjects / 1000),
    's3.write',
  );
  add('daily run', 'state transitions', days * (dailyWay.length + 2 * valueOf('dailyBuilds')), 'states.transition');

  const rawGb = (events * valueOf('landedBytes')) / 1e9;
  const madeGb = (events * (valueOf('curatedBytes') + valueOf('martBytes'))) / 1e9;
  // Raw lies twice for a month, as it was landed and as it was joined; a day's slices as each run of two days made
  // them.
  const overwrittenGb = (madeGb / daysOfMonth / 2) * (runs / daysOfMonth) * 1.5;
  const coldMonths = Math.max(0, monthsKept - deployed.warmMonths);
  add('storage', 'data', rawGb * (monthsKept - coldMonths) + madeGb * monthsKept, 's3.gbMonth');
  add('storage', 'raw objects that are seldom read', rawGb * coldMonths, 's3.gbMonthInstant');
  add('storage', 'old versions', rawGb + overwrittenGb, 's3.gbMonth');

  add('watch', 'alarms', deployed.alarmMetrics, 'cloudwatch.alarmMetric');
  add('watch', 'dashboard', deployed.dashboards, 'cloudwatch.dashboard');
  add('watch', 'figures of the steps', valueOf('ownMetrics'), 'cloudwatch.metric');
  add('watch', 'secret', deployed.secrets, 'secrets.month');
  add('watch', 'schedules', runs + days, 'scheduler.invocation');
  const loggedGb = lines.filter(({ price }) => price.id === 'logs.gbIn').reduce((sum, line) => sum + line.quantity, 0);
  add('watch', 'logs kept for a month', loggedGb / 5, 'logs.gbMonth');
  add('queries', 'scanned', valueOf('scannedTb'), 'athena.tb');
  return lines;
}

export const totalOf = (lines: readonly BillLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
