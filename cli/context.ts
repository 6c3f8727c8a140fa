import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { inboxPrefix } from '../lambdas/import/land.ts';
import { isDay } from '../lambdas/shared/days.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { codeOf, explain } from '../localstack/embedded/lake/errors.ts';

/** A mistake of the person at the keyboard: its message says what to do, and no stack trace helps. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The bucket that an address names, and what of it is the lake; undefined for a folder.
 * @throws UsageError for an address of another kind
 */
export function bucketOf(address: string): { readonly bucket: string; readonly prefix?: string } | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return undefined;
  const { bucket, prefix } =
    /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>[^?#]*?))?\/?$/.exec(address)?.groups ?? {};
  if (bucket === undefined)
    throw new UsageError(
      `${address} is no address of a lake: name a folder, as --lake lake, or a bucket, as --lake ` +
        's3://NAME-OF-ITS-BUCKET.',
    );
  return prefix === undefined || prefix === '' ? { bucket } : { bucket, prefix };
}

/** `--lake LAKE`, on every command. An empty name would mean the folder that the person happens to stand in. */
export function lakeOption(): Option {
  const option = new Option('--lake <lake>', 'folder of the lake, or s3://bucket')
    .default('lake')
    .argParser((folder: string) => {
      if (folder.trim() === '') throw new UsageError('--lake is empty; name the folder of the lake, as --lake lake.');
      bucketOf(folder);
      return folder;
    });
  // A variable that is set to nothing is not set.
  return process.env['SILLAGE_LAKE']?.trim() === '' ? option : option.env('SILLAGE_LAKE');
}

/** What those who write to a lake leave in it, besides its objects. */
const marks = ['.sillage/meta', '.sillage/etags', '.sillage/pseudonym.key', 'truth/world.json'];

/** Whether there is a file in a folder, as far as this person may look. */
function holdsFile(folder: string): boolean {
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
    return readdirSync(folder, { withFileTypes: true }).some((entry) =>
      entry.isDirectory() ? holdsFile(join(folder, entry.name)) : !entry.name.startsWith('.'),
    );
  } catch (error) {
    if (codeOf(error) === 'EACCES') return false;
    throw error;
  }
}

/** Whether there is a folder without a file in it, as `clean` leaves them. */
const isEmptyFolder = (path: string) => statSync(path).isDirectory() && !holdsFile(path);

/** The folder of a lake, for a command that works on the disk. @throws UsageError for a lake in a bucket */
export function folderOf(lake: string): string {
  if (bucketOf(lake) !== undefined)
    throw new UsageError(
      `This command works on a lake in a folder, and ${lake} is a bucket: copy it first, as with "aws s3 sync ` +
        `${lake} lake". Those that open a bucket are query, rejects, status, generate, import and run.`,
    );
  return resolve(lake);
}

/**
 * What stands in a lake's folder: nothing where there is none; undefined where a file is in its place.
 * @throws LakeUnavailable where it is closed to this person
 */
function namesIn(root: string): string[] | undefined {
  try {
    const stats = statSync(root, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    return stats.isDirectory() ? readdirSync(root) : undefined;
  } catch (error) {
    throw explain(root, error);
  }
}

/**
 * The lake's folder, which must be there and be a lake: one that a run or a generator wrote to, or that holds an object
 * of a known table.
 * @throws UsageError
 */
export function existingLake(folder: string): string {
  const root = folderOf(folder);
  const names = namesIn(root);
  // What stands there as a file, the lake itself puts into words.
  if (names === undefined) return root;
  if (marks.some((mark) => existsSync(join(root, mark)))) return root;
  if (names.every((name) => name.startsWith('.')))
    throw new UsageError(
      `There is no lake in ${root}; --lake names another folder. Make one of your own files with "sillage import ` +
        'FILES", or a simulated shop with "sillage up".',
    );
  const prefixes = [...loadCatalog().values()].flatMap(({ prefix }) => (prefix === '' ? [] : [prefix]));
  if ([...prefixes, inboxPrefix].some((prefix) => holdsFile(join(root, prefix)))) return root;
  throw new UsageError(
    `${root} is not a lake: it holds other files, and no object of a known feed or table, such as ` +
      `raw/web/events/dt=2025-01-31/events.jsonl. Name the lake's folder with --lake; a new lake begins in a folder ` +
      'that is empty, or not there yet.',
  );
}

/** What a person, or a command that was cut short, may have put into a folder before the first object is there. */
const beforeObjects = new Set(['.sillage', 'shop.json', 'experiments.json', 'inbox']);

/**
 * The folder of a lake that is there, or shall be: one that is empty or not there becomes one by what is written to it.
 * @throws UsageError where it holds something else, such as a person's exports
 */
export function lakeToBegin(folder: string): string {
  const root = folderOf(folder);
  const isFree = namesIn(root)?.every((name) => beforeObjects.has(name) || isEmptyFolder(join(root, name)));
  return isFree ? root : existingLake(folder);
}

/** How a command of this lake is written here: nothing for the folder that is the default. */
export function lakeFlag(root: string): string {
  const folder = relative(process.cwd(), root);
  if (folder === 'lake') return '';
  const named = folder === '' ? '.' : folder.startsWith('..') || isAbsolute(folder) ? root : folder;
  return ` --lake ${/^[\w./-]+$/.test(named) ? named : `'${named.replaceAll("'", String.raw`'\''`)}'`}`;
}

/** A day from the command line. @throws UsageError */
export function dayArgument(text: string): string {
  if (!isDay(text)) throw new UsageError(`"${text}" is not a day; write it as 2025-01-31.`);
  return text;
}

/** `--from` and `--to` of a command. */
export function withDays(command: Command): Command {
  return command
    .option('--from <day>', 'first day to look at', dayArgument)
    .option('--to <day>', 'last day to look at', dayArgument);
}

const firstDay = '0001-01-01';
const lastDay = '9999-12-31';

/** The range that `--from` and `--to` give; undefined where neither is there. */
export function dayRange({
  from,
  to,
}: {
  readonly from?: string;
  readonly to?: string;
}): { from: string; to: string } | undefined {
  if (from === undefined && to === undefined) return undefined;
  const range = { from: from ?? firstDay, to: to ?? lastDay };
  if (range.from > range.to) throw new UsageError(`--from ${range.from} is after --to ${range.to}.`);
  return range;
}

/** A range as it was asked for: "from 2025-01-01 to 2025-01-31", "to 2025-01-31". */
export function inWords({ from, to }: { readonly from: string; readonly to: string }): string {
  return [...(from === firstDay ? [] : [`from ${from}`]), ...(to === lastDay ? [] : [`to ${to}`])].join(' ');
}

/** Whether a world was generated in the lake, or raw objects were put there by hand. */
export function hasRaw(root: string): boolean {
  return existsSync(join(root, 'raw'));
}

/**
 * Whether slices were made in the lake: where its raw objects are gone all the same, none may be made up in their
 * place.
 */
export function isBuilt(root: string): boolean {
  return ['ops/pipeline_runs', 'curated'].some((folder) => holdsFile(join(root, folder)));
}
