import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { z } from 'zod';
import {
  defaultProfile,
  InvalidProfile,
  ownParts,
  parseProfile,
  profileKey,
  profileSchema,
  readProfile,
  shopParts,
  type ShopProfile,
} from '../lambdas/shared/shop/profile.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { existingLake, lakeFlag, lakeToBegin, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { say } from './say.ts';
import { shopMapCommand } from './shop-map.ts';

/**
 * A part's new value from the command line: JSON where it is JSON, a list where the part is one, else the text itself.
 */
function assigned(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const part = shopParts.safeParse(name.trim());
  if (!part.success)
    throw new UsageError(
      `"${text}" sets no part of the profile; write one as currency=USD. Parts: ${shopParts.options.join(', ')}.`,
    );
  return {
    ...before,
    [part.data]: jsonOf(value) ?? (Array.isArray(defaultProfile[part.data]) ? value.split(',') : value),
  };
}

/** The value that the text is the JSON of; undefined where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A word need not stand in quotes: the profile's schema says whether it may stand there.
    return undefined;
  }
}

/** @throws UsageError that names the text and lists what is wrong in it */
function checked(text: string, where: string): ShopProfile {
  try {
    return parseProfile(text);
  } catch (error) {
    if (!(error instanceof InvalidProfile)) throw error;
    throw new UsageError(`${where} is no profile of a shop: ${error.message}. Nothing was written.`, { cause: error });
  }
}

interface Flags {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly file?: string;
  readonly check?: boolean;
  readonly schema?: boolean;
  readonly lake: string;
}

/** The profile as it shall be, and what it is made from; undefined where nothing is to be written. */
async function wanted(present: ShopProfile, { file, set }: Flags): Promise<ShopProfile | undefined> {
  if (file === undefined && set === undefined) return undefined;
  const base =
    file === undefined
      ? present
      : checked(
          await readFile(file, 'utf8').catch((error: unknown) => {
            throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
              cause: error,
            });
          }),
          file,
        );
  return checked(JSON.stringify({ ...ownParts(base), ...set }), 'What --set asks for');
}

async function shop(flags: Flags): Promise<void> {
  if (flags.schema) {
    process.stdout.write(`${JSON.stringify(z.toJSONSchema(profileSchema, { io: 'input' }), null, 2)}\n`);
    return;
  }
  const isToWrite = !flags.check && (flags.file !== undefined || flags.set !== undefined);
  const root = isToWrite ? lakeToBegin(flags.lake) : existingLake(flags.lake);
  const lake = filesLake(root);
  // A whole new file may mend a broken one.
  const present = flags.file === undefined ? await readProfile(lake) : { profile: defaultProfile, isThere: false };
  const next = await wanted(present.profile, flags);
  if (next === undefined || flags.check) {
    process.stdout.write(`${visibleJson(ownParts(next ?? present.profile), 2)}\n`);
    say(
      next !== undefined
        ? 'This profile is sound. Nothing was written.'
        : present.isThere
          ? `From ${profileKey} in ${lake.location}; parts that it leaves out have their defaults.`
          : `There is no ${profileKey} in ${lake.location}: these are the defaults. Set a part, as: sillage ` +
            `shop --set currency=EUR${lakeFlag(root)}`,
    );
    return;
  }
  const lock = await acquireLock(root, 'run');
  try {
    await lake.put(profileKey, `${JSON.stringify(ownParts(next), null, 2)}\n`, { contentType: 'application/json' });
  } finally {
    await lock.release();
  }
  process.stdout.write(`${visibleJson(ownParts(next), 2)}\n`);
  say(
    `Written to ${profileKey} in ${lake.location}. The next "sillage run${lakeFlag(root)}" builds again what ` +
      'depends on it, and nothing else.',
  );
}

/** `sillage shop`. */
export function shopCommand(): Command {
  return new Command('shop')
    .enablePositionalOptions()
    .description("show, check or set the shop's profile: currency, time zone, own domains, costs…")
    .addOption(
      new Option('--set <part=value>', 'set a part: a word, a list with commas, or JSON; may be repeated').argParser(
        assigned,
      ),
    )
    .option('--file <json>', 'take the whole profile from a file')
    .option('--check', 'only check what would be written')
    .option('--schema', 'print the JSON Schema of the profile')
    .addOption(lakeOption())
    .addCommand(shopMapCommand())
    .addHelpText(
      'after',
      helpText(`
The profile is shop.json in the lake. docs/shop.md explains each part; a part that you leave out has a default value.

Examples:
  sillage shop
  sillage shop --set currency=EUR --lake ~/shop         before the first import, too
  sillage shop --set time_zone=America/New_York --set currency=USD
  sillage shop --set domains=shop.example,shop.fr
  sillage shop --file my-shop.json --check
  sillage shop map "fr_search_soins-bio" = "FR Search Soins bio"`),
    )
    .action(shop);
}
