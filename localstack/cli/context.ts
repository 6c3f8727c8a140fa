import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { addDays, isDay } from '../../lambdas/shared/days.ts';

/** A mistake of the person at the keyboard: its message says what to do, and no stack trace helps. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `--lake DIR`, on every command. */
export function lakeOption(): Option {
  return new Option('--lake <dir>', 'folder of the lake').env('SILLAGE_LAKE').default('lake');
}

/** The lake's folder, which must be there. @throws UsageError */
export function existingLake(folder: string): string {
  const root = resolve(folder);
  if (!existsSync(root)) throw new UsageError(`There is no lake in ${root}. Make one with "sillage up", or name its folder with --lake.`);
  return root;
}

/** A day from the command line. @throws UsageError */
export function dayArgument(text: string): string {
  if (!isDay(text)) throw new UsageError(`"${text}" is not a day; write it as 2025-01-31.`);
  return text;
}

/** `--from` and `--to` of a command. */
export function withDays(command: Command): Command {
  return command.option('--from <day>', 'first day to look at', dayArgument).option('--to <day>', 'last day to look at', dayArgument);
}

/** The range that `--from` and `--to` give; undefined where neither is there. */
export function dayRange({ from, to }: { readonly from?: string; readonly to?: string }): { from: string; to: string } | undefined {
  if (from === undefined && to === undefined) return undefined;
  const range = { from: from ?? '0001-01-01', to: to ?? '9999-12-31' };
  if (range.from > range.to) throw new UsageError(`--from ${range.from} is after --to ${range.to}.`);
  return range;
}

/** Whether a world was generated in the lake, or raw objects were put there by hand. */
export function hasRaw(root: string): boolean {
  return existsSync(join(root, 'raw'));
}

/** The market that `sillage up` opens. */
export const firstMarket = { from: '2025-01-01', to: addDays('2025-01-01', 89) };
