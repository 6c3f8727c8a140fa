import * as z from 'zod';

/** When a refresh should publish, too. */
export interface PublishingPace {
  /** Whether the refresh that begins now should publish. */
  isDue(): boolean;
  /** A refresh has published, which took so many ms of it. */
  published(ms: number): void;
  /**
   * A refresh has left what is published behind the lake: there must be one that publishes, though nothing new lands.
   */
  leftBehind(): void;
  stop(): void;
}

export interface PublishingPaceOptions {
  /** ms, of a clock that only goes on. */
  readonly clock: () => number;
  /** Calls back in so many ms, and keeps no process alive. @returns what keeps it from doing so */
  readonly later: (ms: number, call: () => void) => () => void;
  /** Has a refresh made. */
  readonly request: () => void;
}

const Summary = z.object({ publishing_seconds: z.number().optional() });

/**
 * How long a run published, ms, by its summary. The rest of it is done for the lake whether anything is published or not.
 */
export const publishingMsOf = (summary: string): number =>
  1000 * (Summary.parse(JSON.parse(summary)).publishing_seconds ?? 0);

/** A minute from one publication to the next: dashboards show days. */
const atLeastMs = 60_000;
/** And ten times as long as the last one took: to publish a large lake must not be all that its machine does. */
const shareOfTime = 10;

/**
 * To publish takes as long as all else of a live refresh does, and more the older the lake is: so it is not done each
 * time, but the last events of a visit are published all the same.
 */
export function publishingPace({ clock, later, request }: PublishingPaceOptions): PublishingPace {
  let due = 0;
  let forget: (() => void) | undefined;
  return {
    isDue: () => clock() >= due,
    published(ms) {
      forget?.();
      forget = undefined;
      due = clock() + Math.max(atLeastMs, shareOfTime * ms);
    },
    leftBehind() {
      forget ??= later(Math.max(0, due - clock()), () => {
        forget = undefined;
        request();
      });
    },
    stop: () => forget?.(),
  };
}
