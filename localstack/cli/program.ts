import { Command, CommanderError } from 'commander';
import { BadRequest } from '../../lambdas/generate/generate.ts';
import { LakeUnavailable } from '../../lambdas/shared/ports/lake.ts';
import { QueryFailed, UnportableSql } from '../../lambdas/shared/ports/warehouse.ts';
import { LockHeld } from '../embedded/files-lock.ts';
import { cleanCommand } from './clean.ts';
import { UsageError } from './context.ts';
import { generateCommand } from './generate.ts';
import { queryCommand } from './query.ts';
import { rejectsCommand, replayCommand } from './rejects.ts';
import { runCommand } from './run.ts';
import { statusCommand } from './status.ts';
import { upCommand } from './up.ts';

/** What a process ends with, as `--help` tells. */
const exitCodes = { ok: 0, failed: 1, usage: 2, unavailable: 3 } as const;

function program(): Command {
  const sillage = new Command('sillage').description('Sillage: what every euro of marketing brought back. A lake in a folder, the same as on AWS.')
    .addHelpText('after', `
Start here:
  sillage up                 a working lake with 90 days of a simulated shop, and its ROI table
  sillage query "SELECT * FROM roi_by_campaign ORDER BY roi DESC LIMIT 5"

Exit codes: 0 done; 1 the work failed, or a check does not hold; 2 a mistake in the command or the SQL; 3 the lake cannot be
used (a full or read-only disk, or another run at work).`)
    .exitOverride().configureOutput({ outputError: (text, write) => write(text) });
  for (const command of [upCommand(), generateCommand(), runCommand(), statusCommand(), queryCommand(), rejectsCommand(), replayCommand(), cleanCommand()]) {
    sillage.addCommand(command);
  }
  const quiet = (command: Command): void => {
    command.exitOverride();
    command.commands.forEach(quiet);
  };
  quiet(sillage);
  return sillage;
}

/** The engine says so when its spill finds no room. */
const isDiskFull = (error: Error) => /ENOSPC|No space left on device/.test(error.message);

/** Runs a command line. A person's mistake gets one line; a defect keeps its stack. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...argv]);
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (!(error instanceof Error)) throw error;
    if (error instanceof UsageError || error instanceof BadRequest || error instanceof QueryFailed || error instanceof UnportableSql) {
      process.stderr.write(`${error.message}\n`);
      return exitCodes.usage;
    }
    if (error instanceof LakeUnavailable || error instanceof LockHeld) {
      process.stderr.write(`${error.message}\n`);
      return exitCodes.unavailable;
    }
    if (isDiskFull(error)) {
      process.stderr.write(`The disk of the lake is full: ${error.message.split('\n')[0]}. Free some space and run again; nothing that stands was harmed.\n`);
      return exitCodes.unavailable;
    }
    process.stderr.write(`${process.env['SILLAGE_DEBUG'] === undefined ? error.message : String(error.stack)}\n`);
    return exitCodes.failed;
  }
}
