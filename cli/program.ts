import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { BadRequest } from '../lambdas/generate/market/world.ts';
import { LakeUnavailable } from '../lambdas/shared/ports/lake.ts';
import { InvalidKey } from '../lambdas/shared/ports/lake-rules.ts';
import { LimitReached, QueryFailed, UnportableSql, WarehouseUnavailable } from '../lambdas/shared/ports/warehouse.ts';
import { visible } from '../lambdas/shared/visible.ts';
import { LockHeld } from '../localstack/embedded/lake/lock.ts';
import { bucketOf, lakeFlag, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { speakOfLake } from './in-lake.ts';
import { Interrupted } from './interrupted.ts';
import { limitInWords } from './limits.ts';
import { say } from './say.ts';
import { packageOf } from './version.ts';

/** Each command is loaded when it is asked for: a query need not wait for the generator. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./up.ts')).upCommand(),
  dashboard: async () => (await import('./dashboard.ts')).dashboardCommand(),
  generate: async () => (await import('./generate.ts')).generateCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  shop: async () => (await import('./shop.ts')).shopCommand(),
  status: async () => (await import('./status.ts')).statusCommand(),
  experiment: async () => (await import('./experiment.ts')).experimentCommand(),
  score: async () => (await import('./score.ts')).scoreCommand(),
  attribution: async () => (await import('./attribution.ts')).attributionCommand(),
  ltv: async () => (await import('./ltv.ts')).ltvCommand(),
  budget: async () => (await import('./budget.ts')).budgetCommand(),
  query: async () => (await import('./query.ts')).queryCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  trino: async () => (await import('./trino.ts')).trinoCommand(),
  mcp: async () => (await import('./mcp.ts')).mcpCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  rejects: async () => (await import('./rejects.ts')).rejectsCommand(),
  replay: async () => (await import('./rejects.ts')).replayCommand(),
  forget: async () => (await import('./forget.ts')).forgetCommand(),
  expire: async () => (await import('./expire.ts')).expireCommand(),
  'export-person': async () => (await import('./export-person.ts')).exportPersonCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  clean: async () => (await import('./clean.ts')).cleanCommand(),
};

/** Started by other commands, and of no use to a person. */
const inner: Readonly<Record<string, () => Promise<Command>>> = {
  answer: async () => (await import('./answer.ts')).answerCommand(),
};

/** What a process ends with, as `--help` tells. */
const exitCodes = { ok: 0, failed: 1, usage: 2, unavailable: 3, limit: 4 } as const;

/** The commands that a first word needs: itself, or all of them for help and for a word that is none. */
function neededFor(asked: string | undefined): readonly (() => Promise<Command>)[] {
  if (asked === '--version' || asked === '-V') return [];
  const only = asked === undefined ? undefined : (commands[asked] ?? inner[asked]);
  return only ? [only] : Object.values(commands);
}

/** The commands; of those that a first word names, that one alone. */
export async function program(asked?: string): Promise<Command> {
  const sillage = new Command('sillage')
    .version(packageOf().version, '-V, --version', 'say which version this is')
    // An option belongs to the command that it stands behind.
    .enablePositionalOptions()
    .description('Sillage: what every euro of marketing brought back. A lake in a folder, the same as on AWS.')
    .addHelpText(
      'after',
      helpText(`
Start here:
  sillage up                 a working lake with 90 days of a simulated shop, and its ROI table
  sillage query "SELECT channel, campaign, spend_eur, orders, roi FROM roi_by_campaign WHERE attribution_model = 'last_non_direct' ORDER BY roi DESC LIMIT 5"

Exit codes: 0 done; 1 the work failed, or a check failed; 2 a mistake in the command or the SQL; 3 the lake cannot be
used (disk full or read-only, another run is active, raw objects or the pseudonym key are gone, a slice is missing or
unreadable, Athena cannot be asked); 4 a query reached its limit of time or memory; 130 Ctrl-C, 143 SIGTERM; 137 a query
could not be interrupted.

What a word means: docs/glossary.md`),
    );
  for (const load of neededFor(asked)) sillage.addCommand(await load());
  const throwing = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: (text) => say(text.trimEnd()) });
    command.commands.forEach(throwing);
  };
  throwing(sillage);
  return sillage.hook('preAction', (_, action) => {
    const lake: unknown = action.getOptionValue('lake');
    if (typeof lake === 'string') speakOfLake(bucketOf(lake) ? ` --lake ${lake}` : lakeFlag(resolve(lake)));
  });
}

const helpWords = new Set(['help', '-h', '--help']);

/** Whether a command line names a command that is not there: asked for its help, commander would show another. */
function isUnknown(command: Command, [word, ...rest]: readonly string[]): boolean {
  if (command.commands.length === 0 || word === undefined || word.startsWith('-')) return false;
  if (word === 'help') return isUnknown(command, rest);
  const next = command.commands.find((one) => one.name() === word);
  return next === undefined || isUnknown(next, rest);
}

/** Without the words that ask for help, where those would hide that a command is not there. */
function toParse(sillage: Command, [node = '', script = '', ...words]: readonly string[]): string[] {
  const isHidden = isUnknown(sillage, words);
  return [node, script, ...(isHidden ? words.filter((word) => !helpWords.has(word)) : words)];
}

/** The engine says so when its spill finds no room. */
const isDiskFull = (error: Error) => /ENOSPC|No space left on device/.test(error.message);

/** Whether the SQL that is wrong came from the person. */
const isTheirSql = (error: Error, command: string | undefined) =>
  command === 'query' && (error instanceof QueryFailed || error instanceof UnportableSql);

/** Runs a command line. A person's mistake gets one line; a defect keeps its stack. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const sillage = await program(argv[2]);
    await sillage.parseAsync(toParse(sillage, argv));
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (!(error instanceof Error)) throw error;
    if (!(error instanceof LakeUnavailable) && isDiskFull(error)) {
      say(
        `A disk is full: ${error.message.split('\n')[0]}. Free some space and run again; nothing that stands ` +
          'was harmed.',
      );
      return exitCodes.unavailable;
    }
    if (error instanceof LimitReached && argv[2] === 'query') {
      say(limitInWords(error));
      return exitCodes.limit;
    }
    if (isTheirSql(error, argv[2])) {
      // One line, whatever the names that it quotes.
      say(visible(error.message));
      return exitCodes.usage;
    }
    if (error instanceof UsageError || error instanceof BadRequest) {
      say(error.message);
      return exitCodes.usage;
    }
    if (
      error instanceof LakeUnavailable ||
      error instanceof WarehouseUnavailable ||
      error instanceof LockHeld ||
      error instanceof InvalidKey
    ) {
      say(error.message);
      return exitCodes.unavailable;
    }
    say(process.env['SILLAGE_DEBUG'] === undefined ? error.message : String(error.stack));
    return exitCodes.failed;
  }
}
