/** What the test files take without any change: that they pass, how long, and what they killed before. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { runTests } from './trial.ts';

const passed = z.strictObject({ key: z.string(), cpuSeconds: z.number(), idleSeconds: z.number() });
const memory = z.strictObject({
  passed: z.record(z.string(), passed),
  /** Of each test file, how many mutants of each source it killed. */
  kills: z.record(z.string(), z.record(z.string(), z.number())),
});
type Passed = z.infer<typeof passed>;

/** What a test file takes where nothing is changed. */
export type Cost = Omit<Passed, 'key'>;
/** By test file; undefined where it was not found out. */
export type Costs = ReadonlyMap<string, Cost | undefined>;

/** What is no module of ours, and may change how a test ends: statements, tables, schemas, settings. */
const isData = (file: string) =>
  /\.(?:sql|csv|json)$|^jest\.config\.mjs$/u.test(file) && !file.startsWith('test/mutate/');

/** What is told from run to run, so that a test file runs without a change only once for one state of what it reads. */
export class Unchanged {
  readonly #root: string;
  readonly #path: string;
  readonly #memory: z.infer<typeof memory>;
  readonly #data: string;
  readonly #keys = new Map<string, string>();

  /** @param root the copy of the checkout @param files those in it @param path where the memory is kept */
  constructor(root: string, files: readonly string[], path: string) {
    this.#root = root;
    this.#path = path;
    this.#memory = existsSync(path) ? memory.parse(JSON.parse(readFileSync(path, 'utf8'))) : { passed: {}, kills: {} };
    const hash = createHash('sha256');
    for (const file of files.filter(isData)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
    this.#data = hash.digest('hex');
  }

  /** SHA-256 over the data and all modules that a test file names, directly or by others. */
  #keyOf(test: string): string {
    const made = this.#keys.get(test);
    if (made !== undefined) return made;
    const hash = createHash('sha256').update(this.#data);
    const modules = new Set([test]);
    for (const module of modules) {
      const text = readFileSync(join(this.#root, module), 'utf8');
      hash.update(`${module}\0${text}`);
      for (const [, path = ''] of text.matchAll(/'(\.{1,2}\/[^']+\.(?:ts|mjs))'/gu)) {
        const named = join(dirname(module), path);
        if (existsSync(join(this.#root, named))) modules.add(named);
      }
    }
    const key = hash.digest('hex');
    this.#keys.set(test, key);
    return key;
  }

  /** What a test file takes. Only to be asked while no mutant stands. @throws Error where it fails */
  async costOf(test: string): Promise<Cost> {
    const key = this.#keyOf(test);
    const known = this.#memory.passed[test];
    if (known?.key === key) return known;
    const trial = await runTests(this.#root, [test], { cpuSeconds: Infinity, idleSeconds: Infinity });
    if (trial.status !== 'passed') throw new Error(`The tests fail without any change:\n${trial.output}`);
    const cost = { key, cpuSeconds: trial.cpuSeconds, idleSeconds: trial.idleSeconds };
    this.#memory.passed[test] = cost;
    this.#save();
    return cost;
  }

  /** Tests in the order in which a mutant dies soonest: the near ones, what killed in this file, and the cheap. */
  ordered(file: string, tests: readonly string[], isNear: (test: string) => boolean, kept?: Costs): string[] {
    const { passed: costs, kills } = this.#memory;
    const killsOf = (test: string) => kills[test]?.[file] ?? 0;
    const costOf = (test: string) => (kept?.get(test) ?? costs[test])?.cpuSeconds ?? 0;
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
