/** What the test files take without any change: that they pass, how long, and what they killed before. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { runTest } from './trial.ts';

const passed = z.strictObject({ key: z.string(), cpuSeconds: z.number(), idleSeconds: z.number() });
const memory = z.strictObject({
  passed: z.record(z.string(), passed),
  /** Of each test file, how many mutants of each source it killed. */
  kills: z.record(z.string(), z.record(z.string(), z.number())),
});
type Passed = z.infer<typeof passed>;

/** What may change how a test ends, beside the test itself. */
const isSource = (file: string) =>
  /\.(?:ts|mjs|sql|csv|json)$/u.test(file) && !/\.test\.ts$|^test\/mutate\//u.test(file);

/** What is told from run to run, so that a test file runs without a change only once for one state of the sources. */
export class Unchanged {
  readonly #root: string;
  readonly #path: string;
  readonly #memory: z.infer<typeof memory>;
  readonly #sources: string;

  /** @param root the copy of the checkout @param files those in it @param path where the memory is kept */
  constructor(root: string, files: readonly string[], path: string) {
    this.#root = root;
    this.#path = path;
    this.#memory = existsSync(path) ? memory.parse(JSON.parse(readFileSync(path, 'utf8'))) : { passed: {}, kills: {} };
    const hash = createHash('sha256');
    for (const file of files.filter(isSource)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
    this.#sources = hash.digest('hex');
  }

  #keyOf(test: string): string {
    const text = readFileSync(join(this.#root, test));
    return createHash('sha256').update(this.#sources).update(text).digest('hex');
  }

  /** What a test file takes. Only to be asked while no mutant stands. @throws Error where it fails */
  async costOf(test: string): Promise<Passed> {
    const key = this.#keyOf(test);
    const known = this.#memory.passed[test];
    if (known?.key === key) return known;
    const trial = await runTest(this.#root, test, { cpuSeconds: Infinity, idleSeconds: Infinity });
    if (trial.status !== 'passed') throw new Error(`The tests fail without any change:\n${trial.output}`);
    const cost = { key, cpuSeconds: trial.cpuSeconds, idleSeconds: trial.idleSeconds };
    this.#memory.passed[test] = cost;
    this.#save();
    return cost;
  }

  /** Tests in the order in which a mutant dies soonest: the near ones, what killed in this file, and the cheap. */
  ordered(file: string, tests: readonly string[], isNear: (test: string) => boolean): string[] {
    const { passed: costs, kills } = this.#memory;
    const killsOf = (test: string) => kills[test]?.[file] ?? 0;
    const costOf = (test: string) => costs[test]?.cpuSeconds ?? 0;
    return tests.toSorted(
      (a, b) => Number(isNear(b)) - Number(isNear(a)) || killsOf(b) - killsOf(a) || costOf(a) - costOf(b),
    );
  }

  hasKilled(test: string, file: string): void {
    const ofTest = (this.#memory.kills[test] ??= {});
    ofTest[file] = (ofTest[file] ?? 0) + 1;
    this.#save();
  }

  #save(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, JSON.stringify(this.#memory));
  }
}
