/**
 * `npm run test:trino`: makes a lake, starts a Trino and then another, and has jest compare what each and DuckDB
 * answer.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { runJest } from '../run-jest.ts';
import { skipped } from '../skipped.ts';
import { placeLake } from './catalogue.ts';
import { assemble, engine } from './engine-435.ts';
import { lake, makeLake } from './lake.ts';
import { findJava } from '../../localstack/trino/java.ts';
import { obtain, type Obtained } from '../../localstack/trino/release.ts';
import { startTrino, type Distribution, type Server } from '../../localstack/trino/server.ts';

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** `--fuzz N --seed S`: how many expressions are made, and which; all other words are jest's. */
function fuzzOf(args: readonly string[]): { readonly env: Readonly<Record<string, string>>; readonly rest: string[] } {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: { fuzz: { type: 'string' }, seed: { type: 'string' } },
    strict: false,
    tokens: true,
  });
  const ours = new Set(
    tokens.flatMap((token) =>
      token.kind === 'option' && (token.name === 'fuzz' || token.name === 'seed')
        ? [token.index, ...(token.inlineValue === false ? [token.index + 1] : [])]
        : [],
    ),
  );
  return {
    env: {
      ...(typeof values['fuzz'] === 'string' && { SILLAGE_FUZZ: values['fuzz'] }),
      ...(typeof values['seed'] === 'string' && { SILLAGE_FUZZ_SEED: values['seed'] }),
    },
    rest: args.filter((_, i) => !ours.has(i)),
  };
}

/** Has each of the servers asked, one after the other: a small machine holds one beside the tests. */
async function prove(distributions: readonly Distribution[], java: string, args: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sillage-trino-'));
  let starting: Promise<Server> | undefined;
  const stop = async (): Promise<void> => (await starting?.catch(() => undefined))?.stop();
  const clear = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Whoever ends the run ends the server with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void clear().finally(() => process.exit(130));
    });
  const fuzz = fuzzOf(args);
  let failed = 0;
  try {
    const root = join(folder, lake);
    const making = makeLake(root);
    for (const distribution of distributions) {
      const { version, connector } = distribution;
      const started = performance.now();
      const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
      const home = join(folder, `trino-${version}`);
      await mkdir(home);
      starting = startTrino(distribution, home, { java });
      const [{ url }] = await Promise.all([starting, making]);
      await placeLake(url, connector, lake, root, loadCatalog());
      say(`Trino ${version} answers, with the ${connector} connector (${seconds()}).`);
      const code = await runJest(
        import.meta.dirname,
        {
          SILLAGE_TRINO: url,
          SILLAGE_TRINO_RELEASE: version,
          SILLAGE_TRINO_CONNECTOR: connector,
          SILLAGE_TRINO_LAKE: root,
          // The last of them is the nearest to Athena, where it is to be had.
          SILLAGE_TRINO_VIEWS: String(distribution === distributions.at(-1)),
          ...fuzz.env,
        },
        fuzz.rest,
      );
      failed ||= code;
      await stop();
      say(`The proof on Trino ${version} took ${seconds()}.`);
    }
    return failed;
  } finally {
    await clear();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const found = findJava(17);
  if ('missing' in found) return skipped("Trino's proof", found.missing, { couldBeMade: false });
  const distributions: Distribution[] = [];
  let failed = 0;
  const take = (proof: string, obtained: Obtained): void => {
    if (!('missing' in obtained)) distributions.push(obtained);
    else if (skipped(proof, obtained.missing, { couldBeMade: obtained.answered }) !== 0) failed = 1;
  };
  take("Trino's proof over the lake's files", await obtain());
  // A release that is asked for by name is asked alone.
  if ((process.env['TRINO_RELEASE'] ?? engine) === engine && !distributions.some(({ version }) => version === engine)) {
    take(`The proof on the engine of Trino ${engine}`, await assemble());
  }
  const disproven = distributions.length === 0 ? 0 : await prove(distributions, found.java, args);
  return failed || disproven;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
