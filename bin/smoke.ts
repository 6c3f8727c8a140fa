/**
 * `npm run smoke -- --stack sillage-dev`: proves a deployment that is there, in the account and region of the
 * environment.
 */
import { Command, Option } from 'commander';
import { platforms } from '../cdk/duckdb-package.ts';
import { smoke, type SmokeOptions } from '../cdk/smoke.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
const command = new Command('npm run smoke --')
  .description('Sends 20 events through a deployment, and looks at its settings. It removes nothing.')
  .requiredOption('--stack <name>', 'what the names of its stacks begin with, as sillage-dev')
  .addOption(new Option('--architecture <name>', 'what it was deployed for').choices(platforms).default('arm64'))
  .parse();
try {
  const passed = await smoke(command.opts<SmokeOptions>(), (line) => process.stdout.write(`${line}\n`));
  process.exitCode = passed ? 0 : 1;
} catch (error) {
  // Without the stacks, or a right to look at them, there is nothing to prove.
  process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
  process.exitCode = 1;
}
