import fc from 'fast-check';
import type { EventSourceMapping } from '../../lambdas/land/mapping.ts';
import type { Leftover } from './memory-disk.ts';

/** One event of a request: how far the browser's clock is from the true time, ms, and in which offset it writes it. */
export interface PlannedEvent {
  readonly skewMs: number;
  readonly offset: '+00:00' | '+02:00' | '-09:00';
}

/** A page that sends, and sends again until it is told that its events are taken, or refused for good. */
export interface PlannedRequest {
  /** Seconds after the start. */
  readonly at: number;
  readonly visitor: number;
  readonly events: readonly PlannedEvent[];
}

/** What else producers put straight onto the stream. `unclean` is JSON that lands and that the transform rejects. */
export type Poison = 'text' | 'bytes' | 'list' | 'unclean' | 'odd time' | 'aggregate';

/** What happens to the nth call of its kind; calls behind the end of the list go well. */
export interface Faults {
  /**
   * Of puts onto the stream: refused whole, every other entry refused, written in part and no answer, written whole and
   * no answer.
   */
  readonly puts: readonly ('' | 'refused' | 'half' | 'half lost' | 'lost')[];
  /** Of answers to the page: it never arrives. */
  readonly answers: readonly ('' | 'lost')[];
  /** Of reads and listings of the stream. */
  readonly reads: readonly ('' | 'throttled')[];
  /** Of the function: it dies before its first write, or after its last; or its event is delivered twice. */
  readonly invocations: readonly ('' | 'dies before' | 'dies after' | 'twice')[];
  /** Of writes to the lake: not done, or done and not confirmed. */
  readonly writes: readonly ('' | 'failed' | 'unconfirmed')[];
  /** Of checkpoints: not saved, saved and not confirmed, or confirmed and never saved. */
  readonly checkpoints: readonly ('' | 'failed' | 'unconfirmed' | 'forgotten')[];
  /** Of writes to the disk of the stream: it is full, or takes half and is full then. */
  readonly disk: readonly ('' | 'full' | 'half')[];
}

/**
 * How a process ends before its time: killed, or its machine loses its power, and so much is left of what was not
 * synced.
 */
export interface Death {
  /** At this step of the process, counted over all its lives. */
  readonly step: number;
  readonly how: 'kill' | Leftover;
}

/** Everything that happens in a run: plain data, so that a run can be kept and run again. */
export interface Schedule {
  readonly shards: number;
  /** Bytes at which a segment of the log is full. */
  readonly segmentBytes: number;
  readonly mapping: Pick<
    EventSourceMapping,
    | 'batchSize'
    | 'batchingWindowSeconds'
    | 'parallelizationFactor'
    | 'bisectOnError'
    | 'maximumRetries'
    | 'maximumRecordAgeSeconds'
  >;
  readonly requests: readonly PlannedRequest[];
  readonly poison: readonly { readonly at: number; readonly kind: Poison }[];
  readonly reshardings: readonly { readonly at: number; readonly what: 'split' | 'merge'; readonly which: number }[];
  /** The clock of the machine that collects is set so many days from the true time. */
  readonly clocks: readonly { readonly at: number; readonly days: number }[];
  /** What is older than a day, and done, goes from the log. */
  readonly trims: readonly number[];
  /** A bit of a file of the stream flips. */
  readonly flips: readonly {
    readonly at: number;
    readonly what: Flippable;
    readonly which: number;
    readonly bit: number;
  }[];
  readonly faults: Faults;
  readonly deaths: readonly Death[];
}

export type Flippable = 'segment' | 'checkpoint' | 'table' | 'mark';

const hour = 3_600_000;

/** A list in which most calls go well. */
function mostly<T extends string>(maxLength: number, ...faults: readonly T[]): fc.Arbitrary<('' | T)[]> {
  const fault = fc.constantFrom<'' | T>(...faults);
  return fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant<'' | T>('') }, { weight: 2, arbitrary: fault }), {
    maxLength,
  });
}

const at = fc.integer({ min: 0, max: 60 });
// Clocks that are just right, wrong by hours, and so wrong that they are not believed.
const skewMs = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -5000, max: 5000 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(-40 * 24 * hour, -34 * 24 * hour, -25 * hour, -hour, hour, 23 * hour, 48 * hour),
  },
);

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  shards: fc.integer({ min: 1, max: 3 }),
  segmentBytes: fc.constantFrom(1, 2000, 8000, 1_000_000),
  mapping: fc.record({
    batchSize: fc.integer({ min: 1, max: 12 }),
    batchingWindowSeconds: fc.integer({ min: 0, max: 5 }),
    parallelizationFactor: fc.constantFrom(1, 1, 1, 2),
    bisectOnError: fc.boolean(),
    maximumRetries: fc.constantFrom(undefined, undefined, 10, 1),
    maximumRecordAgeSeconds: fc.constantFrom(undefined, undefined, 86_400),
  }),
  requests: fc.array(
    fc.record({
      at,
      visitor: fc.nat(5),
      events: fc.array(fc.record({ skewMs, offset: fc.constantFrom('+00:00', '+02:00', '-09:00') }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    { maxLength: 12 },
  ),
  poison: fc.array(
    fc.record({ at, kind: fc.constantFrom('text', 'bytes', 'list', 'unclean', 'odd time', 'aggregate') }),
    { maxLength: 4 },
  ),
  reshardings: fc.array(fc.record({ at, what: fc.constantFrom('split', 'merge'), which: fc.nat(3) }), { maxLength: 3 }),
  clocks: fc.array(fc.record({ at, days: fc.constantFrom(0, 0, 0.5, -0.5, 1.5, -1.5, 30, -30, 1000, -1000) }), {
    maxLength: 3,
  }),
  trims: fc.array(at, { maxLength: 3 }),
  flips: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 2,
      arbitrary: fc.array(
        fc.record({
          at,
          what: fc.constantFrom('segment', 'segment', 'segment', 'checkpoint', 'table', 'mark'),
          which: fc.nat(5),
          bit: fc.nat(100_000),
        }),
        { maxLength: 2 },
      ),
    },
  ),
  faults: fc.record({
    puts: mostly(12, 'refused', 'half', 'half lost', 'lost'),
    answers: mostly(6, 'lost'),
    reads: mostly(15, 'throttled'),
    invocations: mostly(15, 'dies before', 'dies after', 'twice'),
    writes: mostly(15, 'failed', 'unconfirmed'),
    checkpoints: mostly(8, 'failed', 'unconfirmed', 'forgotten'),
    disk: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, mostly(60, 'full', 'half')),
  }),
  deaths: fc.array(
    fc.record({
      step: fc.integer({ min: 1, max: 400 }),
      how: fc.constantFrom('kill', 'kill', 'nothing', 'first half', 'second half'),
    }),
    { maxLength: 4 },
  ),
});
