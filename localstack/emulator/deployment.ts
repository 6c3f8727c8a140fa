import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const account = '000000000000';

/**
 * What the emulator does not know, and would refuse the whole stack for. The proof (`npm run test:aws`) asserts that
 * these are left out, and no others.
 */
export const unknownToEmulator = ['AWS::Athena::NamedQuery', 'AWS::Budgets::Budget'];

/** What the stacks say of themselves, as `cdk deploy` prints it: outputs by stack. */
const Outputs = z.record(z.string(), z.record(z.string(), z.string()));

/** A command of the CDK. @returns what it said @throws Error with what it said, where it fails */
export type Cdk = (...args: readonly string[]) => Promise<string>;

/** The CDK's own command, against the AWS that the environment names. */
export function cdk(env: Readonly<Record<string, string>>): Cdk {
  return async (...args) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), '--no-notices', ...args], {
      cwd: root,
      env: {
        ...process.env,
        ...env,
        CDK_DEFAULT_ACCOUNT: account,
        CDK_DEFAULT_REGION: env['AWS_REGION'] ?? process.env['AWS_REGION'],
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${child.exitCode}:\n${said}`);
    return said;
  };
}

const Resource = z.looseObject({ Type: z.string() });
const Template = z.looseObject({ Resources: z.record(z.string(), Resource) });

/**
 * Takes the resources that the emulator does not know out of the templates.
 * @returns their types, each once, in order
 */
export async function strip(assembly: string): Promise<string[]> {
  const stripped = new Set<string>();
  for (const name of (await readdir(assembly)).filter((file) => file.endsWith('.template.json'))) {
    const path = join(assembly, name);
    const template = Template.parse(JSON.parse(await readFile(path, 'utf8')));
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (!unknownToEmulator.includes(resource.Type)) continue;
      stripped.add(resource.Type);
      delete template.Resources[id];
    }
    await writeFile(path, JSON.stringify(template));
  }
  return [...stripped].toSorted();
}

/** What a deployment gave. */
export interface Deployed {
  /** By stack, what it says of itself. */
  readonly outputs: z.infer<typeof Outputs>;
  readonly assembly: string;
  readonly stripped: readonly string[];
}

/** The stacks, ready to be deployed. */
type Assembled = Omit<Deployed, 'outputs'>;

/** Synthesises the app for the processor that is here. */
export async function assemble(
  run: Cdk,
  folder: string,
  context: Readonly<Record<string, string>>,
): Promise<Assembled> {
  const assembly = join(folder, 'assembly');
  const settings = Object.entries({ architecture: process.arch === 'arm64' ? 'arm64' : 'x64', ...context });
  await run('synth', '--quiet', '--output', assembly, ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]));
  return { assembly, stripped: await strip(assembly) };
}

/** Bootstraps the emulator's account, and deploys all stacks to it. */
export async function deploy(run: Cdk, { assembly, stripped }: Assembled, region: string): Promise<Deployed> {
  await run('bootstrap', '--app', assembly, `aws://${account}/${region}`);
  const told = join(await mkdtemp(join(dirname(assembly), 'outputs-')), 'outputs.json');
  await run('deploy', '--all', '--app', assembly, '--require-approval', 'never', '--outputs-file', told);
  return { outputs: Outputs.parse(JSON.parse(await readFile(told, 'utf8'))), assembly, stripped };
}

/**
 * What one of the stacks says of itself; no two of them say a thing by the same name.
 * @throws Error where none says it
 */
export function outputOf({ outputs }: Pick<Deployed, 'outputs'>, name: string): string {
  const [found] = Object.values(outputs).flatMap((said) => said[name] ?? []);
  if (found === undefined) throw new Error(`No stack says its ${name}.`);
  return found;
}
