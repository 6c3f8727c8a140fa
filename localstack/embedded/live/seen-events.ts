import * as z from 'zod';
import { unpacked } from '../../../lambdas/land/aggregated.ts';
import type { Stream, StreamEntry } from '../../../lambdas/shared/ports/stream.ts';
import type { SeenEvent } from '../dashboard/live-feed.ts';

/**
 * Events that are looked at in a second: a person sees no more, and a load of thousands must not wait for being looked
 * at.
 */
const perSecond = 20;

const Stored = z.object({
  event_name: z.string(),
  received_at: z.string(),
  page: z.object({ url: z.string() }),
  ecommerce: z.object({ transaction_id: z.string().nullish() }).nullish(),
});

/** What is shown of an event as it stands in the stream; undefined where it is no event. */
function seen(line: Buffer): SeenEvent | undefined {
  const { data } = Stored.safeParse(JSON.parse(line.toString('utf8')));
  if (data === undefined) return undefined;
  const { event_name: name, received_at: at, page, ecommerce } = data;
  const path = URL.canParse(page.url) ? new URL(page.url).pathname : '';
  const order = ecommerce?.transaction_id ?? undefined;
  return { name, at, path, ...(order !== undefined && { order }) };
}

/** The same stream, which tells of events once it has them for good; of many in a second it tells the first ones. */
export function watchedStream(stream: Stream, onEvent: (event: SeenEvent) => void): Stream {
  let [second, told] = [0, 0];
  const look = ({ data }: StreamEntry) => {
    for (const line of unpacked(Buffer.from(data))) {
      if (told >= perSecond) return;
      const event = seen(line);
      if (event === undefined) continue;
      told++;
      onEvent(event);
    }
  };
  return {
    location: stream.location,
    shards: () => stream.shards(),
    read: (...asked) => stream.read(...asked),
    async put(entries) {
      const outcomes = await stream.put(entries);
      const now = Math.floor(performance.now() / 1000);
      if (now !== second) [second, told] = [now, 0];
      if (told < perSecond)
        for (const [i, entry] of entries.entries()) if ('shardId' in (outcomes[i] ?? {})) look(entry);
      return outcomes;
    },
  };
}
