/** Tries the tests of a room: mutants are made of its sources, one at a time, and each that no test fails on is a survivor. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { copyCheckout } from './checkout.ts';
import { mutantOf, type Mutant } from './mutant.ts';
import { sourcesOf, testsOf, type Room } from './rooms.ts';
import { sqlEdits } from './sql-edits.ts';
import { durations, runTests, type Limit } from './trial.ts';
import { typescriptEdits } from './typescript-edits.ts';

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

/** Numbers from 0 to 1 by a seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** So many of the values, each as likely as another; the same ones for one seed. */
export function sampled<T>(values: readonly T[], count: number, seed: number): T[] {
  const roll = dice(seed);
  const keyed = values.map((value) => ({ value, key: roll() }));
  return keyed
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ value }) => value);
}

/** A SELECT that the engine cannot even read tests nothing: such a mutant does not count. */
const isUnreadable = ({ file }: Mutant, output: string) =>
  file.endsWith('.sql') && /Parser Error|Binder Error|Catalog Error|UnportableSql/u.test(output);

export type Verdict = 'killed' | 'endless' | 'survived' | 'accepted' | 'invalid';

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
  readonly onVerdict?: (mutant: Mutant, verdict: Verdict, done: number, of: number) => void;
}

/** Tries a sample of a room's mutants in a copy of the checkout. @throws Error where a test fails without any change */
export async function mutate(options: Options): Promise<Map<Mutant, Verdict>> {
  const { room, sample, seed, accepted, file = '', graceSeconds = 15, onVerdict } = options;
  const copy = copyCheckout(options.root);
  const { root } = copy;
  const verdicts = new Map<Mutant, Verdict>();
  try {
    const all = sourcesOf(root, room)
      .filter((name) => name.includes(file))
      .flatMap((name) => mutantsOf(root, name));
    const chosen = sampled(all, sample, seed);
    const testsBy = new Map(
      [...new Set(chosen.map((mutant) => mutant.file))].map((name) => [name, testsOf(root, name, room)]),
    );
    const needed = [...new Set([...testsBy.values()].flat())];
    const unlimited: Limit = { cpuSeconds: Infinity, idleSeconds: Infinity };
    const unchanged = await runTests(root, needed, unlimited);
    if (unchanged.status !== 'passed') throw new Error(`The tests fail without any change:\n${unchanged.output}`);
    const took = durations(root);
    for (const mutant of chosen) {
      const [near, ...others] = testsBy.get(mutant.file) ?? [];
      const tests =
        near === undefined ? [] : [near, ...others.toSorted((a, b) => (took.get(a) ?? 0) - (took.get(b) ?? 0))];
      verdicts.set(mutant, await judge(root, mutant, tests));
      onVerdict?.(mutant, verdicts.get(mutant) ?? 'invalid', verdicts.size, chosen.length);
    }
    return verdicts;

    async function judge(at: string, mutant: Mutant, tests: readonly string[]): Promise<Verdict> {
      if (accepted.some((one) => isAccepted(mutant, one))) return 'accepted';
      // Nothing sees it.
      if (tests.length === 0) return 'survived';
      const path = join(at, mutant.file);
      const original = readFileSync(path, 'utf8');
      const seconds = tests.reduce((sum, test) => sum + (took.get(test) ?? 0), 0);
      writeFileSync(path, mutant.source);
      try {
        const { status, output } = await runTests(at, tests, {
          cpuSeconds: seconds * endlessRatio + graceSeconds,
          idleSeconds: seconds * endlessRatio + graceSeconds,
        });
        if (status === 'passed') return 'survived';
        if (status === 'endless') return 'endless';
        return isUnreadable(mutant, output) ? 'invalid' : 'killed';
      } finally {
        writeFileSync(path, original);
      }
    }
  } finally {
    copy.remove();
  }
}

/** Of the mutants that count, the share that the tests tell from the original; undefined where none counts. */
export function scoreOf(verdicts: Iterable<Verdict>): number | undefined {
  const all = [...verdicts];
  const killed = all.filter((one) => one === 'killed' || one === 'endless').length;
  const survived = all.filter((one) => one === 'survived').length;
  return killed + survived === 0 ? undefined : killed / (killed + survived);
}
