/** Keeps what a stream was given, and what it promised: what must be found in the lake, and what may be. */
import type { Stream } from '../../lambdas/shared/ports/stream.ts';
import type { Flipped } from './memory-disk.ts';

/** A record that was put. */
export interface Given {
  readonly data: Buffer;
  /** Bytes of its frame before its data. */
  readonly head: number;
  /** The stream said that it is durable; else nobody knows. */
  isPromised: boolean;
  /** A bit of its frame flipped while it stood in the log. */
  isHit: boolean;
}

/** Of a frame before the partition key: two words, two numbers, the length of the key. */
const fixedBytes = 26;

export class RecordKeeper {
  readonly given: Given[] = [];

  /** The stream, as it is watched. */
  watch<T extends Stream>(stream: T): Pick<T, 'put' | 'shards' | 'read' | 'location'> {
    return {
      location: stream.location,
      shards: () => stream.shards(),
      read: (...args) => stream.read(...args),
      put: async (entries) => {
        const put = entries.map(({ data, partitionKey }): Given => ({
          data: Buffer.from(data),
          head: fixedBytes + Buffer.byteLength(partitionKey),
          isPromised: false,
          isHit: false,
        }));
        this.given.push(...put);
        const outcomes = await stream.put(entries);
        for (const [i, outcome] of outcomes.entries()) {
          const one = put[i];
          if (one && 'sequenceNumber' in outcome) one.isPromised = true;
        }
        return outcomes;
      },
    };
  }

  /** Marks the records in whose frames the bit was, by their data and not by the code that wrote them. */
  hit({ before, at }: Flipped): void {
    for (const one of this.given) {
      for (let from = before.indexOf(one.data); from >= 0; from = before.indexOf(one.data, from + 1)) {
        if (at >= from - one.head && at < from + one.data.length) one.isHit = true;
      }
    }
  }
}
