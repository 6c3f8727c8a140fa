/** What `npm run mutate --` is asked for. */
import { parseArgs } from 'node:util';
import { rooms, type Room } from './rooms.ts';

const names = Object.keys(rooms);

export const usage = `npm run mutate -- [options]

Whether the tests of a room bite. Small faults are made in its sources, one at a time and in a copy; a fault
that no test finds is printed. Ends with 1 where a fault survived for which accepted.json has no reason.

  --room NAME       ${names.join(', ')};
                    may be given more than once (all of them)
  --sample NUMBER   how many faults of each room (40)
  --seed NUMBER     which ones: the same seed gives the same ones (1)
  --file TEXT       only files whose path has this in it
  --within SECONDS  how much the tests of one fault may compute, beside those that bear the
                    source's name (no limit)
  --help            this text

For example: npm run mutate -- --room athena --sample 40 --seed 7
`;

export interface Request {
  readonly rooms: readonly (readonly [name: string, room: Room])[];
  readonly sample: number;
  readonly seed: number;
  readonly file: string | undefined;
  readonly within: number | undefined;
}

/** A person's mistake: it is told with the usage, and without a stack trace. */
export class UsageError extends Error {}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        room: { type: 'string', multiple: true, default: names },
        sample: { type: 'string', default: '40' },
        seed: { type: 'string', default: '1' },
        file: { type: 'string' },
        within: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string): number {
  if (!/^\d+$/u.test(text)) throw new UsageError(`--${name} ${text} is no number: give one, as --${name} 40.`);
  return Number(text);
}

/** What these words ask for. @throws UsageError */
export function requestOf(words: readonly string[]): Request | 'help' {
  const { room, sample, seed, file, within, help } = parsed(words);
  if (help === true) return 'help';
  return {
    rooms: room.map((name) => {
      const found = rooms[name];
      if (found === undefined) throw new UsageError(`There is no room "${name}".`);
      return [name, found];
    }),
    sample: whole('sample', sample),
    seed: whole('seed', seed),
    file,
    within: within === undefined ? undefined : whole('within', within),
  };
}
