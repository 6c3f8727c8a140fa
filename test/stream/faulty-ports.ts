/** The ports as they are in life: they fail, half do what they are told, and do it without saying so. */
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { StreamUnavailable, type PutOutcome, type Stream } from '../../lambdas/shared/ports/stream.ts';
import type { Checkpoints } from '../../localstack/embedded/event-source-mapping/checkpoints.ts';
import type { Faults } from './schedule.ts';

/** What befalls the next call of a kind. */
export function faultsInTurn<T extends string>(faults: readonly T[]): () => T | '' {
  let calls = 0;
  return () => faults[calls++] ?? '';
}

/** What befalls the next call of each kind, whichever process makes it. */
export type Turns = { readonly [K in keyof Faults]: () => Faults[K][number] };

export function turnsOf(faults: Faults): Turns {
  return {
    puts: faultsInTurn(faults.puts),
    answers: faultsInTurn(faults.answers),
    reads: faultsInTurn(faults.reads),
    invocations: faultsInTurn(faults.invocations),
    writes: faultsInTurn(faults.writes),
    checkpoints: faultsInTurn(faults.checkpoints),
    disk: faultsInTurn(faults.disk),
  };
}

const refused = {
  errorCode: 'ProvisionedThroughputExceededException',
  errorMessage: 'Rate exceeded for shard.',
} as const satisfies PutOutcome;
const noAnswer = () => new StreamUnavailable('The stream did not answer in time.');

export function faultyStream(
  stream: Stream,
  { puts: nextPut, reads: nextRead }: Pick<Turns, 'puts' | 'reads'>,
): Stream {
  const throttled = () => {
    if (nextRead() === 'throttled') throw new StreamUnavailable('Rate exceeded.');
  };
  return {
    location: stream.location,
    async put(entries) {
      const fault = nextPut();
      if (fault === 'refused') return entries.map(() => refused);
      if (fault === '') return stream.put(entries);
      if (fault === 'lost') {
        await stream.put(entries);
        throw noAnswer();
      }
      const taken = await stream.put(entries.filter((_, i) => i % 2 === 0));
      if (fault === 'half lost') throw noAnswer();
      return entries.map((_, i) => (i % 2 === 0 ? (taken[i / 2] ?? refused) : refused));
    },
    async shards() {
      throttled();
      return stream.shards();
    },
    async read(shardId, after, limit) {
      throttled();
      return stream.read(shardId, after, limit);
    },
  };
}

export function faultyLake(lake: Lake, { writes: next }: Pick<Turns, 'writes'>): Lake {
  return {
    ...lake,
    async put(key, body, options) {
      const fault = next();
      if (fault === 'failed') throw new Error('SlowDown: reduce your request rate.');
      const object = await lake.put(key, body, options);
      if (fault === 'unconfirmed') throw new Error('TimeoutError: the connection was lost.');
      return object;
    },
  };
}

export function faultyCheckpoints(
  checkpoints: Checkpoints,
  { checkpoints: next }: Pick<Turns, 'checkpoints'>,
): Checkpoints {
  return {
    load: (shardId) => checkpoints.load(shardId),
    async save(shardId, checkpoint) {
      const fault = next();
      if (fault === 'failed') throw new Error('The checkpoint was not saved.');
      if (fault !== 'forgotten') await checkpoints.save(shardId, checkpoint);
      if (fault === 'unconfirmed') throw new Error('Nobody knows whether the checkpoint was saved.');
    },
  };
}

/** The room on a disk for the next write, in bytes: none of it where the disk is full; half, and then none. */
export function roomOf({ disk: next }: Pick<Turns, 'disk'>): (bytes: number) => number {
  let isFull = false;
  return (bytes) => {
    const fault = isFull ? 'full' : next();
    isFull = fault === 'half';
    if (fault === 'full') return 0;
    return fault === 'half' ? Math.trunc(bytes / 2) : bytes;
  };
}
