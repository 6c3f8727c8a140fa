/**
 * Tries the tests of a room: mutants are made of its sources, one at a time, and each that no test fails on is a
 * survivor.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { dice } from '../dice.ts';
import { copyCheckout } from './checkout.ts';
import { KeptTests } from './kept.ts';
import { mutantOf, type Mutant } from './mutant.ts';
import { isNear, isReadAnew, sourcesOf, testsOf, type Room } from './rooms.ts';
import { sqlEdits } from './sql-edits.ts';
import { runTests, type Limit, type Trial } from './trial.ts';
import { typescriptEdits } from './typescript-edits.ts';
import { type Cost, Unchanged } from './unchanged.ts';

/** A survivor that stays, as no test could or should tell it from the original. */
const acceptedSchema = z.array(
  z.strictObject({ file: z.string(), before: z.string(), after: z.string(), reason: z.string().min(20) }),
);
export type Accepted = z.infer<typeof acceptedSchema>[number];

export function readAccepted(): Accepted[] {
  return acceptedSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'accepted.json'), 'utf8')));
}

/** All mutants of a file. */
export function mutantsOf(root: string, file: string): Mutant[] {
  const source = readFileSync(join(root, file), 'utf8');
  const edits = file.endsWith('.sql') ? sqlEdits(source) : typescriptEdits(source);
  const mutants = edits.map((edit) => mutantOf(file, source, edit));
  return [...new Map(mutants.map((mutant) => [mutant.source, mutant])).values()].filter(
    (mutant) => mutant.source !== source,
  );
}

/** Whether a mutant is one that was accepted: the line tells it, wherever in the file it stands by now. */
export const isAccepted = ({ file, before, after }: Mutant, { file: of, ...change }: Accepted) =>
  file === of && before === change.before && after === change.after;

/**
 * So many of the values, spread over the strata by their sizes, each as likely as another; the same ones for one seed.
 */
export function sampled<T>(strata: readonly (readonly T[])[], count: number, seed: number): T[] {
  const roll = dice(seed);
  const shuffle = (values: readonly T[]) =>
    values
      .map((value) => ({ value, key: roll() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ value }) => value);
  const all = strata.flatMap(shuffle);
  if (count >= all.length) return all;
  // Every so many-th of the row, from a begin by chance.
  const step = all.length / count;
  const begin = roll() * step;
  const chosen = Array.from({ length: count }, (_, n) => all[Math.floor(begin + n * step)]);
  // In no order of the files: a run that is stopped has tried a sample still.
  return shuffle(chosen.filter((one) => one !== undefined));
}

/** A SELECT that the engine cannot even read tests nothing: such a mutant does not count. */
const isUnreadable = ({ file }: Mutant, output: string) =>
  file.endsWith('.sql') && /Parser Error|Binder Error|Catalog Error|UnportableSql/u.test(output);

export type Verdict = 'killed' | 'endless' | 'survived' | 'accepted' | 'invalid';

interface Judged {
  readonly verdict: Verdict;
  /** What told the mutant from the original. */
  readonly test?: string | undefined;
}

/** How many test files one process runs. It takes as long to start as a small file's tests. */
const batchSize = 6;

/** The first test file by itself, since most mutants die there, and the others some at a time. */
const batched = ([first, ...others]: readonly string[]): string[][] => [
  ...(first === undefined ? [] : [[first]]),
  ...Array.from({ length: Math.ceil(others.length / batchSize) }, (_, n) =>
    others.slice(n * batchSize, (n + 1) * batchSize),
  ),
];

/** How much longer than with the unchanged source a trial may compute, and what is given to each beside that. */
const endlessRatio = 4;

export interface Options {
  readonly root: string;
  readonly room: Room;
  readonly sample: number;
  readonly seed: number;
  /** Only mutants of files whose path has this in it. */
  readonly file?: string | undefined;
  readonly accepted: readonly Accepted[];
  readonly graceSeconds?: number;
  /** How much all but the near tests of one mutant may compute; those for which nothing is left are not asked. */
  readonly cpuSeconds?: number;
  readonly onVerdict?: (mutant: Mutant, verdict: Verdict, test: string | undefined) => void;
}

/** Tries a sample of a room's mutants in a copy of the checkout. @throws Error where a test fails without any change */
export async function mutate(options: Options): Promise<Map<Mutant, Verdict>> {
  const { room, sample, seed, accepted, file = '', graceSeconds = 8, cpuSeconds = Infinity, onVerdict } = options;
  const copy = copyCheckout(options.root);
  const { root } = copy;
  const kept = new KeptTests(root);
  const verdicts = new Map<Mutant, Verdict>();
  try {
    const strata = sourcesOf(root, room)
      .filter((name) => name.includes(file))
      .map((name) => mutantsOf(root, name));
    const unchanged = new Unchanged(root, copy.files, join(options.root, '.cache/mutate.json'));
    const testsBy = new Map<string, string[]>();
    for (const mutant of sampled(strata, sample, seed)) {
      const tests = testsBy.get(mutant.file) ?? testsOf(root, mutant.file, room);
      testsBy.set(mutant.file, tests);
      const isAlike = accepted.some((one) => isAccepted(mutant, one));
      const { verdict, test } = isAlike ? { verdict: 'accepted' as const } : await judge(mutant, tests);
      verdicts.set(mutant, verdict);
      onVerdict?.(mutant, verdict, test);
    }
    await kept.check();
    return verdicts;

    /** Some test files after the others, until one tells the mutant from the original. */
    async function judge(mutant: Mutant, tests: readonly string[]): Promise<Judged> {
      const near = (test: string) => isNear(test, mutant.file);
      let left = cpuSeconds;
      /** Tests that bear the source's name leave the limit to the others: they may take longer than it alone. */
      const isInTime = (test: string, cost: Cost) => {
        if (near(test)) return true;
        left -= cost.cpuSeconds;
        return left >= 0;
      };
      const others: string[] = [];
      for (const test of unchanged.ordered(mutant.file, tests, near, kept.costs)) {
        const cost = isReadAnew(mutant.file) ? await kept.costOf(test) : undefined;
        if (cost === undefined) others.push(test);
        else if (isInTime(test, cost)) {
          const found = await verdictOf(mutant, () => kept.run(test, limitOf([cost])));
          if (found !== undefined) return found;
        }
      }
      for (const batch of batched(others)) {
        const costs = new Map<string, Cost>();
        for (const test of batch) {
          const cost = await unchanged.costOf(test);
          if (isInTime(test, cost)) costs.set(test, cost);
        }
        if (costs.size === 0) continue;
        const limit = limitOf([...costs.values()]);
        const found = await verdictOf(mutant, () => runTests(root, [...costs.keys()], limit));
        if (found !== undefined) return found;
      }
      return { verdict: 'survived' };
    }

    function limitOf(costs: readonly Cost[]): Limit {
      return {
        cpuSeconds: costs.reduce((sum, cost) => sum + cost.cpuSeconds + 1, 0) * endlessRatio + graceSeconds,
        idleSeconds: Math.max(...costs.map((cost) => cost.idleSeconds)) + graceSeconds,
      };
    }

    /** What a trial says of a mutant that stands in its file meanwhile, or nothing where no test fails. */
    async function verdictOf(mutant: Mutant, tried: () => Promise<Trial>): Promise<Judged | undefined> {
      const path = join(root, mutant.file);
      const original = readFileSync(path, 'utf8');
      writeFileSync(path, mutant.source);
      try {
        const { status, output, failed } = await tried();
        if (status === 'passed') return undefined;
        if (isUnreadable(mutant, output)) return { verdict: 'invalid' };
        if (failed !== undefined) unchanged.hasKilled(failed, mutant.file);
        return { verdict: status === 'endless' ? 'endless' : 'killed', test: failed };
      } finally {
        writeFileSync(path, original);
      }
    }
  } finally {
    kept.close();
    copy.remove();
  }
}
