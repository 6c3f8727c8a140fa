import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { deliver } from '../lambdas/collect/delivery.ts';
import { land } from '../lambdas/land/land.ts';
import { kinesisStream } from '../lambdas/shared/aws/kinesis-stream.ts';
import { streamLimits } from '../lambdas/shared/ports/stream.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { kinesisEvent } from '../localstack/embedded/event-source-mapping/event.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { UsageError } from './context.ts';
import type { OutputName } from './stream-options.ts';

/** Where live lines go. */
export interface Output {
  /** How long lines may wait for others to go with them, ms. */
  readonly patienceMs: number;
  /** @returns how many of them were refused for good */
  send(lines: readonly string[]): Promise<number>;
}

export interface OutputOptions {
  readonly lake: string;
  readonly url: string;
  readonly stream: string;
}

const Sent = z.looseObject({
  event_id: z.string(),
  visitor_id: z.string().nullish(),
  user_agent: z.string().nullish(),
});

/**
 * The line as its browser sent it: what the collector finds out by itself is taken out. A line that is no event goes as
 * it is.
 */
function request(line: string): { body: string; userAgent: string } {
  const unnamed = { body: line, userAgent: 'unknown' };
  try {
    const { user_agent: userAgent, received_at: _received, ip: _ip, ...event } = Sent.parse(JSON.parse(line));
    return { body: JSON.stringify(event), userAgent: userAgent ?? unnamed.userAgent };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return unnamed;
    throw error;
  }
}

/** A retry has its event's key, so that it finds its event's shard; what cannot be read goes anywhere. */
function partitionKey(line: string): string {
  const id = /"visitor_id":"([^"]{1,128})"/.exec(line)?.[1] ?? /"event_id":"([^"]{1,128})"/.exec(line)?.[1];
  return id ?? 'unknown';
}

/** Tries of a collector that does not answer, or says that it cannot store. */
const attempts = 10;

/** Posts one line, again where the collector says so. @returns whether it was accepted */
async function post(url: string, line: string): Promise<boolean> {
  const { body, userAgent } = request(line);
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body,
    }).catch((error: unknown) => {
      if (attempt === attempts)
        throw new UsageError(
          `${url} does not answer (${error instanceof Error ? error.message : String(error)}). Start a ` +
            'collector with "sillage up", or name another with --url.',
          { cause: error },
        );
      return undefined;
    });
    const text = await answer?.text();
    if (answer?.ok) return true;
    if (answer !== undefined && [400, 413].includes(answer.status)) return false;
    if (answer !== undefined && answer.status !== 503)
      throw new UsageError(`${url} answered ${answer.status}: ${text?.slice(0, 300)}`);
    if (attempt === attempts) throw new Error(`${url} could not store an event in ${attempts} tries; stopped there.`);
    await sleep(1000 * Number(answer?.headers.get('retry-after') ?? 1));
  }
}

/** Lines that did not come by a stream have a shard that no stream has, and so keys of their own. */
const noShard = 'shardId-999999999999';

const made: Readonly<Record<OutputName, (options: OutputOptions) => Output>> = {
  stdout: () => ({
    patienceMs: 0,
    async send(lines) {
      process.stdout.write(lines.map((line) => `${line}\n`).join(''));
      return 0;
    },
  }),
  http: ({ url }) => ({
    patienceMs: 0,
    async send(lines) {
      let refused = 0;
      for (const line of lines) if (!(await post(url, line))) refused++;
      return refused;
    },
  }),
  kinesis: ({ stream: name }) => {
    const stream = kinesisStream({ name });
    return {
      patienceMs: 200,
      async send(lines) {
        const entries = lines.map((line) => ({ data: Buffer.from(line), partitionKey: partitionKey(line) }));
        for (let i = 0; i < entries.length; i += streamLimits.entries) {
          const left = await deliver(stream, entries.slice(i, i + streamLimits.entries), {
            clock: Date.now,
            random: Math.random,
            sleep,
          });
          if (left !== undefined)
            throw new Error(
              `${stream.location} did not take ${left.entries} events in ${left.attempts} tries: ` +
                `${left.reasons.join(', ')}.`,
            );
        }
        return 0;
      },
    };
  },
  lake: ({ lake: root }) => {
    const workspace = { lake: filesLake(root), catalog: loadCatalog() };
    let sequence = BigInt(Date.now()) * 1_000_000n;
    return {
      // Each sending is an object of its own.
      patienceMs: 5000,
      async send(lines) {
        const arrivedAt = new Date();
        const records = lines.map((line) => ({
          data: Buffer.from(line),
          partitionKey: partitionKey(line),
          sequenceNumber: String(sequence++),
          arrivedAt,
        }));
        return (await land(workspace, kinesisEvent('generate', noShard, records))).rejected;
      },
    };
  },
};

export function openOutput(name: OutputName, options: OutputOptions): Output {
  return made[name](options);
}
