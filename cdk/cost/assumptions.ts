/** What a bill is reckoned from besides the templates: figures that were measured, and figures that are assumed. */

interface Figure {
  readonly value: number;
  /** Of what, and how it is known. */
  readonly says: string;
  readonly isMeasured: boolean;
}

const measured = (value: number, says: string): Figure => ({ value, says, isMeasured: true });
const assumed = (value: number, says: string): Figure => ({ value, says, isMeasured: false });

export const figures = {
  eventsPerRequest: measured(
    1.66,
    'events a request: 300 visits of the generated market through the tracker, 6.09 events and 3.68 requests each',
  ),
  eventBytes: measured(760, "bytes of a stored event in the stream: 2,000 events of the generated market's live feed"),
  landedBytes: measured(
    110,
    'bytes of an event in a landed object, gzip: batches of 200 to 2,000 events are 116 to 110',
  ),
  curatedBytes: measured(44, 'bytes of an event in curated `web_events`: 45 MB of 1,027,209 events (benchmarks)'),
  landFixedMs: measured(5, 'ms of CPU of a batch in `land`, besides its events'),
  landEventMs: measured(0.014, 'ms of CPU of an event in `land`: 500 events 10.6 ms, 2,000 events 31.7 ms'),
  planCpuS: measured(0.13, 's of CPU of a plan of one table: 6 plans 0.55 to 0.77 s, a lake of 30 days'),
  planReads: measured(50, 'GET and HEAD requests of a plan, most of them of the ledger: 217 to 317 of 6 plans'),
  planListings: measured(
    2.4,
    'LIST requests of a plan, besides those that the landed objects of a day add: 14 of 6 plans',
  ),
  transformFixedS: measured(2, 's of CPU of a transform of the day, besides its events: 2.6 s of 20,000 events'),
  transformEventS: measured(27.7e-6, 's of CPU of an event in the web transform (benchmarks)'),
  readsPerObject: measured(1, 'GET requests of the transform for each object of the day, of each part (test/requests)'),
  readsPerLanded: measured(
    4,
    'requests of a landed object once: HEAD by a plan, HEAD and GET by the join, and its share of those of ' +
      'the joined object',
  ),
  partEventS: measured(
    6e-6,
    's of CPU of an event that one part of a day reads, whether it is its own: unpacked and looked at twice, ' +
      '3.0 µs each (200,000 events)',
  ),
  modelReads: assumed(
    145,
    'GET requests of the models of a run that changes visits: 580 were measured when each input took four ' +
      'requests; it is one now (test/requests)',
  ),
  modelFixedS: measured(1.1, 's of CPU of the models of a run, on a market of 20,000 events a day'),
  dailyReads: measured(
    9000,
    'GET and HEAD requests of the daily run that are not of builds: 526 of 23 plans, 5,493 of checks, a lake ' +
      'of 30 days; one of 90 days has more',
  ),
  dailyCpuS: measured(
    10,
    's of CPU of a daily run without builds: plans 2.7 s, checks 2.6 s, publication 4.3 s (a lake of 90 days)',
  ),
  collectMs: assumed(
    12,
    'ms of a request in `collect`, billed: 0.15 ms of CPU is measured, the rest is the answer of Kinesis',
  ),
  s3Ms: assumed(
    20,
    'ms of an S3 request, of which a plan or a build waits for eight at a time; `land` waits twice as long ' +
      'for its write',
  ),
  modelEventS: assumed(14e-6, 's of CPU of an event in the models of a run: half of that of the transform'),
  buildsPerRun: assumed(6, 'batches that a run builds: one a table that events change'),
  dailyBuilds: assumed(40, 'batches that the daily run builds: two days of each table'),
  daysOfObjects: assumed(1.1, 'objects a batch of `land`: late events lie in a day of their own'),
  martBytes: assumed(30, 'bytes of an event in all marts'),
  peak: assumed(3, 'times the average that shards must take at the busiest hour'),
  accessLineBytes: assumed(380, "bytes of a line of the API's access log"),
  callLogBytes: assumed(700, 'bytes that a step logs: a line and its figures'),
  landLogBytes: assumed(150, 'bytes that `land` logs of a batch'),
  transitionLogBytes: assumed(2500, 'bytes that Step Functions logs of a state transition: about five events'),
  ownMetrics: assumed(23, 'metrics that the steps count, one of them by source'),
  scannedTb: assumed(0.05, "TB that the analysts' queries scan in a month"),
  monthsKept: assumed(12, 'months of data in the lake'),
} satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;

export const valueOf = (name: FigureName): number => figures[name].value;

export const hoursOfMonth = 730;
export const secondsOfMonth = hoursOfMonth * 3600;
export const daysOfMonth = hoursOfMonth / 24;
