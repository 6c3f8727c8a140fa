import type { Faults, PlannedEvent, PlannedRequest, Schedule } from './schedule.ts';

const day = 86_400_000;
const wellFaults: Faults = { puts: [], answers: [], reads: [], invocations: [], writes: [], checkpoints: [], disk: [] };
const allWell: Schedule = {
  shards: 1,
  mapping: {
    batchSize: 1,
    batchingWindowSeconds: 0,
    parallelizationFactor: 1,
    bisectOnError: false,
    maximumRetries: undefined,
    maximumRecordAgeSeconds: undefined,
  },
  segmentBytes: 1_000_000,
  requests: [],
  poison: [],
  reshardings: [],
  clocks: [],
  trims: [],
  flips: [],
  faults: wellFaults,
  deaths: [],
};
const events = (...skewsMs: readonly number[]): PlannedEvent[] =>
  skewsMs.map((skewMs) => ({ skewMs, offset: '+00:00' }));
const request = (at: number, visitor: number, ...skewsMs: readonly number[]): PlannedRequest => ({
  at,
  visitor,
  events: events(...skewsMs),
});

/**
 * Schedules that once failed, as shrunk: some by a mistake that was made, the others by one that was made on purpose.
 */
export const regressions: readonly { readonly name: string; readonly schedule: Schedule }[] = [
  {
    name: 'a batch that was given up, and landed in a larger one after a kill, took its place when it was landed again',
    schedule: {
      ...allWell,
      mapping: {
        ...allWell.mapping,
        batchSize: 2,
        batchingWindowSeconds: 2,
        parallelizationFactor: 2,
        bisectOnError: true,
        maximumRetries: 1,
      },
      requests: [request(0, 2, 0)],
      poison: [{ at: 0, kind: 'text' }],
      faults: {
        ...wellFaults,
        answers: ['lost'],
        invocations: ['', 'dies before'],
        writes: ['', 'failed', 'failed', 'unconfirmed'],
      },
      deaths: [{ step: 16, how: 'kill' }],
    },
  },
  {
    name:
      'objects named after the first record of the batch: the day that only the second half had was left over ' +
      'from the whole',
    schedule: {
      ...allWell,
      mapping: { ...allWell.mapping, batchSize: 2, bisectOnError: true },
      requests: [request(0, 0, 0, (-25 / 24) * day, -40 * day)],
      faults: { ...wellFaults, invocations: ['dies after'] },
    },
  },
  {
    name: 'a write that failed and was passed over',
    schedule: {
      ...allWell,
      requests: [request(0, 0, (23 / 24) * day, -40 * day)],
      faults: { ...wellFaults, writes: ['failed'] },
    },
  },
  {
    name: 'a checkpoint that was saved before its records were delivered, and a kill between the two',
    schedule: {
      ...allWell,
      poison: [{ at: 0, kind: 'text' }],
      faults: { ...wellFaults, reads: ['', 'throttled', 'throttled'] },
      deaths: [{ step: 20, how: 'kill' }],
    },
  },
  {
    name: 'a shard that counted as finished before its last records were delivered',
    schedule: {
      ...allWell,
      mapping: { ...allWell.mapping, batchSize: 2 },
      requests: [request(0, 0, 0, -34 * day, -40 * day)],
      reshardings: [{ at: 6, what: 'split', which: 0 }],
      faults: { ...wellFaults, puts: ['refused'], answers: ['lost'], checkpoints: ['forgotten', 'forgotten'] },
      deaths: [{ step: 82, how: 'kill' }],
    },
  },
  {
    name: 'a checkpoint at the highest record that was done, beyond one of another lane that was not',
    schedule: {
      ...allWell,
      mapping: { ...allWell.mapping, parallelizationFactor: 2, maximumRetries: 1 },
      requests: [request(6, 0, day / 24), request(12, 2, (23 / 24) * day)],
      faults: {
        ...wellFaults,
        puts: ['lost'],
        answers: ['lost'],
        writes: ['', '', 'failed', 'failed', 'failed', 'failed'],
      },
    },
  },
  {
    name: 'a batch that was done with before the failure destination had it, and a kill between the two',
    schedule: {
      ...allWell,
      mapping: { ...allWell.mapping, maximumRetries: 1 },
      poison: [{ at: 0, kind: 'text' }],
      faults: { ...wellFaults, reads: ['throttled'], invocations: ['dies before'], writes: ['failed'] },
      deaths: [{ step: 18, how: 'kill' }],
    },
  },
  {
    name: 'a half that was forgotten when its batch was split',
    schedule: {
      ...allWell,
      mapping: { ...allWell.mapping, batchSize: 2, bisectOnError: true },
      requests: [request(0, 0, 0, 0, -40 * day)],
      faults: { ...wellFaults, writes: ['failed'] },
    },
  },
  {
    name:
      'a reader that began in a segment which recovery left alone, since all of it was done: its damage was ' +
      'told at each start, and mended at none',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      requests: [request(1, 0, 0), request(0, 0, 0)],
      flips: [{ at: 11, what: 'segment', which: 0, bit: 0 }],
      deaths: [
        { step: 29, how: 'kill' },
        { step: 1, how: 'kill' },
      ],
    },
  },
  {
    name: 'a shard whose end was saved and not confirmed, and that was trimmed before it was asked again',
    schedule: {
      ...allWell,
      shards: 2,
      segmentBytes: 1,
      requests: [request(0, 0, 0)],
      reshardings: [{ at: 57, what: 'split', which: 0 }],
      clocks: [
        { at: 58, days: 0 },
        { at: 1, days: -1000 },
      ],
      trims: [59],
      faults: { ...wellFaults, checkpoints: ['', '', 'unconfirmed'] },
      deaths: [35, 329, 107].map((step) => ({ step, how: 'kill' as const })),
    },
  },
  {
    name: 'numbers that began at the clock, before a checkpoint: a clock set back, and the last segment gone',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      poison: [{ at: 0, kind: 'text' }],
      clocks: [{ at: 0, days: -0.5 }],
      flips: [{ at: 2, what: 'segment', which: 0, bit: 0 }],
    },
  },
  {
    name: 'a damaged last record that was cut off without a word',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      requests: [request(0, 0, 0, 0)],
      flips: [{ at: 6, what: 'segment', which: 3, bit: 0 }],
      faults: { ...wellFaults, puts: ['half'] },
      deaths: [{ step: 1, how: 'kill' }],
    },
  },
  {
    name: 'a put that a full disk refused, and that was acknowledged',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      poison: [{ at: 0, kind: 'text' }],
      faults: { ...wellFaults, disk: ['', '', 'full'] },
    },
  },
  {
    name: 'a batching window that a clock set back kept open',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      mapping: { ...allWell.mapping, batchingWindowSeconds: 1, parallelizationFactor: 2 },
      poison: [{ at: 35, kind: 'text' }],
      clocks: [{ at: 37, days: -1.5 }],
    },
  },
  {
    name: 'a trim under a clock that was ahead, before the records had landed',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      poison: [{ at: 0, kind: 'text' }],
      clocks: [{ at: 1, days: 1.5 }],
      trims: [1],
    },
  },
  {
    name: 'a checkpoint in which a digit changed',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      poison: [{ at: 0, kind: 'text' }],
      reshardings: [{ at: 0, what: 'split', which: 0 }],
      trims: [0],
      flips: [{ at: 2, what: 'checkpoint', which: 0, bit: 78_448 }],
      faults: { ...wellFaults, checkpoints: ['forgotten'] },
      deaths: [{ step: 88, how: 'kill' }],
    },
  },
  {
    name:
      'a batch that was given up on two days of a clock that was set back: the smaller one landed last, in the ' +
      'place of the larger',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      mapping: { ...allWell.mapping, batchSize: 2, batchingWindowSeconds: 2, maximumRetries: 1 },
      requests: [request(0, 0, -day / 24)],
      clocks: [
        { at: 0, days: 1000 },
        { at: 6, days: 1.5 },
        { at: 14, days: 0 },
      ],
      faults: {
        ...wellFaults,
        answers: ['lost', 'lost'],
        invocations: ['dies before'],
        writes: ['failed', 'unconfirmed', 'failed', 'failed'],
      },
      deaths: [{ step: 1, how: 'kill' }],
    },
  },
  {
    name:
      'two batches that were given up share their records but the first: the smaller one landed over the ' +
      'larger, whose first record is a reject',
    schedule: {
      ...allWell,
      segmentBytes: 1,
      mapping: { ...allWell.mapping, batchSize: 3, bisectOnError: true, maximumRecordAgeSeconds: 86_400 },
      requests: [request(1, 0, 0), request(0, 0, 0)],
      poison: [{ at: 0, kind: 'text' }],
      clocks: [{ at: 5, days: 30 }],
      faults: {
        ...wellFaults,
        invocations: ['dies before', 'dies before'],
        writes: ['failed'],
        checkpoints: ['forgotten', 'failed'],
        disk: ['', 'full'],
      },
    },
  },
];
