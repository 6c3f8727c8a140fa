import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import type { Zone } from '../lambdas/shared/schema/table.ts';
import {
  damagedPrefix,
  expiredKey,
  isLandReject,
  joinsPrefix,
  keyRecordKey,
  snapshotKey,
} from '../lambdas/shared/schema/ops-keys.ts';
import { removedBefore } from '../lambdas/shared/slices/expirations.ts';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { confirmName } from './confirm.ts';
import { existingLake, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { say } from './say.ts';

/** What a clean takes: derived data comes back with the next run; raw does not. */
const scopes = {
  derived: { zones: ['curated', 'marts', 'ops'], others: ['ops/routes/', damagedPrefix, keyRecordKey, snapshotKey] },
  all: {
    zones: ['curated', 'marts', 'ops', 'raw'],
    others: [
      'ops/routes/',
      expiredKey,
      damagedPrefix,
      keyRecordKey,
      snapshotKey,
      joinsPrefix,
      'truth/incremental/',
      'truth/dirt/',
      'truth/lifts.json',
      'truth/curves.json',
      'truth/world.json',
      'truth/demo-shop.json',
      'raw/failed/',
    ],
  },
} as const;

/**
 * Where the lake's own writers put the objects of a scope: what a person keeps beside them, in the same zone, is not
 * the lake's.
 */
function prefixesOf(scope: keyof typeof scopes): string[] {
  const zones: readonly Zone[] = scopes[scope].zones;
  return [
    ...[...loadCatalog().values()]
      .filter(({ zone, isView }) => zones.includes(zone) && !isView)
      .map(({ prefix }) => prefix),
    ...scopes[scope].others,
  ];
}

/** `sillage clean`: deleting needs two keys to agree, the scope and the lake's own name. */
export function cleanCommand(): Command {
  return new Command('clean')
    .description('remove what the pipeline made (derived), or everything (all)')
    .addOption(
      new Option(
        '--what <scope>',
        'derived: curated, marts and ops, which the next run makes again; all: raw, truth and the stream too; ' +
          'files of your own beside them stay',
      )
        .choices(['derived', 'all'])
        .default('derived'),
    )
    .option('--confirm <name>', "the name of the lake's folder, so that no other is meant")
    .addOption(lakeOption())
    .addHelpText('after', helpText('\nExample:\n  sillage clean --what all --confirm lake'))
    .action(async (flags: { what: keyof typeof scopes; confirm?: string; lake: string }) => {
      const name = basename(resolve(flags.lake));
      if (name === '')
        throw new UsageError(
          `Nothing was removed: ${flags.lake} has no name to confirm with, and is no folder of a lake.`,
        );
      const root = existingLake(flags.lake);
      await confirmName(root, flags.what, flags.confirm);
      const lake = filesLake(root);
      const lock = await acquireLock(root, 'run');
      let streams: Awaited<ReturnType<typeof lockStreams>> = [];
      try {
        const [expired] = flags.what === 'derived' ? await removedBefore(lake) : [];
        if (expired !== undefined)
          throw new UsageError(
            `Nothing was removed: objects of ${expired[0]} before ${expired[1]} have expired, so the tables ` +
              'that were made from them could not be made again. To remove everything: sillage clean --what all.',
          );
        if (flags.what === 'all') streams = await lockStreams(root);
        let removed = 0;
        for (const prefix of prefixesOf(flags.what)) {
          for await (const object of lake.list(prefix)) {
            if (flags.what === 'derived' && isLandReject(object.key)) continue;
            await lake.delete(object.key);
            removed++;
          }
        }
        for (const { path } of streams) rmSync(path, { recursive: true, force: true });
        say(`removed ${removed} objects of ${root}`);
      } finally {
        for (const { lock: held } of streams) await held.release();
        await lock.release();
      }
    });
}

/**
 * The streams of the lake, which hold personal data too, each locked before anything is removed.
 * @throws LockHeld where one is in use
 */
async function lockStreams(
  root: string,
): Promise<{ readonly path: string; readonly lock: { release(): Promise<void> } }[]> {
  const folder = join(root, '.sillage', 'streams');
  const locked: { path: string; lock: { release(): Promise<void> } }[] = [];
  try {
    for (const name of existsSync(folder) ? readdirSync(folder) : [])
      locked.push({ path: join(folder, name), lock: await acquireLock(root, `stream-${name}`) });
    return locked;
  } catch (error) {
    for (const { lock } of locked) await lock.release();
    throw error;
  }
}
