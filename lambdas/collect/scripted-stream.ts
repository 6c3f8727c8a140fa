import { StreamUnavailable } from '../shared/ports/stream.ts';
import type { PutOutcome, Stream, StreamEntry } from '../shared/ports/stream.ts';

/** What a put does: accepts or fails each entry by turns, or throws before or after it wrote. */
export type Act = { readonly fails: readonly boolean[] } | { readonly throws: 'before' | 'after' };

/** A stream for tests of its writers: each put follows the next act of a script; after the last one all goes well. */
export interface ScriptedStream extends Stream {
  /** The entries of each put. */
  readonly puts: readonly (readonly StreamEntry[])[];
  /** What is in the stream, in its order. */
  readonly stored: readonly StreamEntry[];
}

const failure: PutOutcome = {
  errorCode: 'ProvisionedThroughputExceededException',
  errorMessage: 'Rate exceeded for shard shardId-000000000000.',
};

export function scriptedStream(script: readonly Act[] = []): ScriptedStream {
  const puts: (readonly StreamEntry[])[] = [];
  const stored: StreamEntry[] = [];
  const nothing = async () => {
    throw new StreamUnavailable('Nothing reads from a scripted stream.');
  };
  return {
    location: 'script',
    puts,
    stored,
    shards: nothing,
    read: nothing,
    async put(entries) {
      const act = script[puts.length] ?? { fails: [] };
      puts.push(entries);
      if ('throws' in act) {
        if (act.throws === 'after') stored.push(...entries);
        throw new StreamUnavailable('The script says so.');
      }
      return entries.map((entry, index): PutOutcome => {
        if (act.fails[index % act.fails.length] === true) return failure;
        stored.push(entry);
        return { shardId: 'shardId-000000000000', sequenceNumber: String(stored.length) };
      });
    },
  };
}
