import type { Faults, PlannedEvent, PlannedRequest, Schedule } from './schedule.ts';

const day = 86_400_000;
const wellFaults: Faults = { puts: [], answers: [], reads: [], invocations: [], writes: [], checkpoints: [], disk: [] };
const allWell: Schedule = {
  shards: 1, mapping: { batchSize: 1, batchingWindowSeconds: 0, parallelizationFactor: 1, bisectOnError: false, maximumRetries: undefined, maximumRecordAgeSeconds: undefined },
  segmentBytes: 1_000_000, requests: [], poison: [], reshardings: [], clocks: [], trims: [], flips: [], faults: wellFaults, deaths: [],
};
const events = (...skewsMs: readonly number[]): PlannedEvent[] => skewsMs.map((skewMs) => ({ skewMs, offset: '+00:00' }));
const request = (at: number, visitor: number, ...skewsMs: readonly number[]): PlannedRequest => ({ at, visitor, events: events(...skewsMs) });

/** Schedules that once failed, as shrunk: the first by a mistake that was made, the others by one that was made on purpose. */
export const regressions: readonly { readonly name: string; readonly schedule: Schedule }[] = [
  {
    name: 'a batch that was given up, and landed in a larger one after a kill, took its place when it was landed again',
    schedule: {
      ...allWell, mapping: { ...allWell.mapping, batchSize: 2, batchingWindowSeconds: 2, parallelizationFactor: 2, bisectOnError: true, maximumRetries: 1 },
      requests: [request(0, 2, 0)], poison: [{ at: 0, kind: 'text' }],
      faults: { ...wellFaults, answers: ['lost'], invocations: ['', 'dies before'], writes: ['', 'failed', 'failed', 'unconfirmed'] }, deaths: [{ step: 16, how: 'kill' }],
    },
  },
  {
    name: 'objects named after the first record of the batch: the day that only the second half had was left over from the whole',
    schedule: {
      ...allWell, mapping: { ...allWell.mapping, batchSize: 2, bisectOnError: true }, requests: [request(0, 0, 0, -25 / 24 * day, -40 * day)], faults: { ...wellFaults, invocations: ['dies after'] },
    },
  },
  {
    name: 'a write that failed and was passed over',
    schedule: { ...allWell, requests: [request(0, 0, 23 / 24 * day, -40 * day)], faults: { ...wellFaults, writes: ['failed'] } },
  },
  {
    name: 'a checkpoint that was saved before its records were delivered, and a kill between the two',
    schedule: { ...allWell, poison: [{ at: 0, kind: 'text' }], faults: { ...wellFaults, reads: ['', 'throttled', 'throttled'] }, deaths: [{ step: 20, how: 'kill' }] },
  },
  {
    name: 'a shard that counted as finished before its last records were delivered',
    schedule: {
      ...allWell, mapping: { ...allWell.mapping, batchSize: 2 }, requests: [request(0, 0, 0, -34 * day, -40 * day)], reshardings: [{ at: 6, what: 'split', which: 0 }],
      faults: { ...wellFaults, puts: ['refused'], answers: ['lost'], checkpoints: ['forgotten', 'forgotten'] }, deaths: [{ step: 82, how: 'kill' }],
    },
  },
  {
    name: 'a checkpoint at the highest record that was done, beyond one of another lane that was not',
    schedule: {
      ...allWell, mapping: { ...allWell.mapping, parallelizationFactor: 2, maximumRetries: 1 }, requests: [request(6, 0, day / 24), request(12, 2, 23 / 24 * day)],
      faults: { ...wellFaults, puts: ['lost'], answers: ['lost'], writes: ['', '', 'failed', 'failed', 'failed', 'failed'] },
    },
  },
  {
    name: 'a batch that was done with before the failure destination had it, and a kill between the two',
    schedule: {
      ...allWell, mapping: { ...allWell.mapping, maximumRetries: 1 }, poison: [{ at: 0, kind: 'text' }],
      faults: { ...wellFaults, reads: ['throttled'], invocations: ['dies before'], writes: ['failed'] }, deaths: [{ step: 18, how: 'kill' }],
    },
  },
  {
    name: 'a half that was forgotten when its batch was split',
    schedule: { ...allWell, mapping: { ...allWell.mapping, batchSize: 2, bisectOnError: true }, requests: [request(0, 0, 0, 0, -40 * day)], faults: { ...wellFaults, writes: ['failed'] } },
  },
];
