import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveLines } from '../lambdas/generate/live.ts';
import { worldDefaults, worldSchema } from '../lambdas/generate/market/world.ts';
import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { UsageError } from './context.ts';
import { Progress } from './progress.ts';
import type { OutputName } from './stream-options.ts';
import { openOutput } from './stream-outputs.ts';
import { inFlags } from './world-flags.ts';

export interface StreamRequest {
  readonly eventsPerMinute: number;
  /** Seconds. */
  readonly duration: number;
  readonly output: OutputName;
  readonly url: string;
  readonly stream: string;
  readonly lake: string;
  readonly seed?: number | undefined;
  readonly dirt?: number | undefined;
  readonly initialCustomers?: number | undefined;
}

export interface StreamSummary {
  readonly seed: number;
  readonly sent: number;
  readonly refused: number;
  readonly seconds: number;
}

/** Lines of one sending at most. */
const most = 500;

/**
 * Sends the market's web events as they come in, until the time is over or the signal is given; what is due by then is
 * sent.
 * @throws UsageError where what was asked for is not possible
 */
export async function streamEvents(
  { eventsPerMinute, duration, output: name, seed, dirt = 1, initialCustomers = 500, ...where }: StreamRequest,
  signal: AbortSignal,
): Promise<StreamSummary> {
  if (!(eventsPerMinute > 0)) throw new UsageError('--events-per-minute must be more than 0.');
  if (!(duration > 0)) throw new UsageError('--duration must be more than 0 seconds.');
  const startedAt = Date.now();
  const market = worldSchema.safeParse({
    // Another stream is another market, unless its seed is named: the ids of its events are its own.
    seed: seed ?? startedAt % 4_294_967_296,
    dirt,
    initialCustomers,
    opens: new Date(startedAt).toISOString().slice(0, 10),
    eventsPerDay: Math.min(1_000_000, Math.max(100, Math.round(eventsPerMinute * 1440))),
    ...worldDefaults,
  });
  if (!market.success) throw new UsageError(inFlags(market.error.issues.map(({ message }) => message).join('; ')));
  const output = openOutput(name, { ...where, lake: resolve(where.lake) });
  const count = Math.max(1, Math.floor((eventsPerMinute * duration) / 60));
  const progress = new Progress();
  let waiting: string[] = [];
  let [sent, refused, since] = [0, 0, startedAt];
  const flush = async () => {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    refused += await output.send(lines);
    sent += lines.length;
    progress.update({ step: 'stream', done: sent, of: count, unit: 'events', share: sent / count });
  };
  try {
    for await (const { at, line } of liveLines(market.data, {
      startAt: startedAt,
      perMinute: eventsPerMinute,
      count,
    })) {
      const due = at - Date.now();
      if (due > 0 && waiting.length > 0 && at - since >= output.patienceMs) await flush();
      if (due > 0 && !(await pause(at - Date.now(), signal))) break;
      if (signal.aborted) break;
      if (waiting.length === 0) since = Date.now();
      waiting.push(line);
      if (waiting.length >= most) await flush();
    }
    await flush();
    progress.done(
      `sent ${sent.toLocaleString('en-GB')} events to ` +
        `${name}${refused > 0 ? `, ${refused.toLocaleString('en-GB')} of them refused` : ''}, seed ${market.data.seed}`,
    );
    return { seed: market.data.seed, sent, refused, seconds: (Date.now() - startedAt) / 1000 };
  } finally {
    progress.stop();
  }
}

/** @returns whether the time passed without the signal */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms <= 0) return !signal.aborted;
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ABORT_ERR') return false;
    throw error;
  }
}
