/** For the tests whose rows are by chance: the same ones for one seed. */
import { dice } from '../test/dice.ts';

interface Chance {
  /** From 0 to this, with it. */
  readonly upTo: (most: number) => number;
  readonly oneOf: <T>(values: readonly T[]) => T;
  /** Whether what is as likely as this share happens. */
  readonly chance: (share: number) => boolean;
  readonly orNull: <T>(value: T, share?: number) => T | null;
}

export function byChance(seed: number): Chance {
  const roll = dice(seed);
  const upTo = (most: number) => Math.floor(roll() * (most + 1));
  const chance = (share: number) => roll() < share;
  return {
    upTo,
    oneOf<T>(values: readonly T[]): T {
      const found = values.slice(upTo(values.length - 1));
      for (const one of found) return one;
      throw new Error('There is nothing to choose from.');
    },
    chance,
    orNull: (value, share = 0.25) => (chance(share) ? null : value),
  };
}

export const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
