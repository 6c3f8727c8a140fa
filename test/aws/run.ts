/**
 * `npm run test:aws`: deploys the stacks to an emulator of AWS, and has jest prove that what was deployed does its work
 * (`*.aws.ts`); then to one that judges every request, and has jest prove who may do what (`*.guarded.ts`).
 * SILLAGE_PROOF names one of them alone: aws or guarded.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays } from '../../lambdas/shared/days.ts';
import { assemble, cdk, deploy } from '../../localstack/emulator/deployment.ts';
import { ministackMissing, startMinistack } from '../../localstack/emulator/ministack.ts';
import { freePort } from '../../localstack/embedded/http/free-port.ts';
import { runJest } from '../run-jest.ts';
import { skipped } from '../skipped.ts';
import { findQueryEngine, startQueryEngine } from './query-engine.ts';

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

/** What is proved, each on an emulator of its own: which tests, and whether it judges requests. */
const proofs = [
  { name: 'aws', says: 'deployment', guarded: false },
  { name: 'guarded', says: 'rights', guarded: true },
].filter(({ name }) => [undefined, name].includes(process.env['SILLAGE_PROOF']));

if (proofs.length === 0) throw new Error('SILLAGE_PROOF is aws, guarded, or not set.');

const region = 'eu-west-3';
/**
 * The first day that is generated: lately, since what is posted is of today, and a query looks into each day until now.
 */
const from = addDays(new Date().toISOString().slice(0, 10), -9);
const context = {
  shopOrigins: 'https://shop.example',
  // The oldest product was made a year before.
  firstDay: addDays(from, -370),
  region,
  // The emulator keeps the schedules: a run of theirs would begin, or end, between two looks of a test.
  streamSchedule: 'rate(1 day)',
  dailySchedule: 'cron(0 6 1 1 ? *)',
};

/** The servers beside the tests. */
const started: Promise<{ stop(): Promise<void> }>[] = [];
async function stopAll(): Promise<void> {
  for (const server of started.splice(0).toReversed()) await (await server.catch(() => undefined))?.stop();
}
function beside<T extends { stop(): Promise<void> }>(server: Promise<T>): Promise<T> {
  started.push(server);
  return server;
}

async function prove(python: string, args: readonly string[]): Promise<number> {
  const engine = proofs.some(({ guarded }) => !guarded) ? await findQueryEngine() : undefined;
  const unproven =
    engine !== undefined && 'missing' in engine
      ? skipped("The proof of Athena's answers", engine.missing, { couldBeMade: engine.couldBe })
      : 0;
  const folder = await mkdtemp(join(tmpdir(), 'sillage-aws-'));
  const clear = async (): Promise<void> => {
    await stopAll();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Whoever ends the run ends the servers with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      void clear().finally(() => process.exit(130));
    });
  try {
    const assembled = await assemble(cdk({}), folder, context);
    for (const { name, says, guarded } of proofs) {
      const begun = performance.now();
      const seconds = () => `${((performance.now() - begun) / 1000).toFixed(0)} s`;
      const emulator = await beside(startMinistack(python, join(folder, name), await freePort(), { guarded }));
      const deployed = await deploy(cdk(emulator.env), assembled, region);
      const told = join(folder, `${name}.json`);
      await writeFile(told, JSON.stringify({ ...deployed, from }));
      say(`The stacks are deployed to ministack (${seconds()}).`);
      const env: Record<string, string> = { ...emulator.env, SILLAGE_DEPLOYED: told, SILLAGE_PROOF: name };
      if (!guarded && engine !== undefined && !('missing' in engine)) {
        const { url } = await beside(startQueryEngine(engine, emulator, join(folder, 'trino')));
        say(`Trino answers over the emulator's Glue and S3 (${seconds()}).`);
        env['SILLAGE_TRINO'] = url;
      }
      const code = await runJest(import.meta.dirname, env, args);
      say(`The proof of the ${says} took ${seconds()}.`);
      if (code !== 0) return code;
      await stopAll();
    }
    return unproven;
  } finally {
    await clear();
  }
}

const python = process.env['MINISTACK_PYTHON'] ?? 'python3';
const missing = ministackMissing(python);
try {
  process.exitCode =
    missing === undefined
      ? await prove(python, process.argv.slice(2))
      : skipped('The proof of the deployment', missing, { couldBeMade: true });
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
