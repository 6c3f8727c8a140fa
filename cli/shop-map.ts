import { Command, Option } from 'commander';
import { nearestNames } from '../lambdas/check/nearest-names.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { InvalidProfile, ownParts, parseProfile, profileKey, readProfile } from '../lambdas/shared/shop/profile.ts';
import { trafficSource } from '../lambdas/shared/shop/traffic-source.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { afterOthers } from './after-others.ts';
import { existingLake, lakeFlag, lakeOption, UsageError } from './context.ts';
import { cell } from './cell.ts';
import { helpText } from './help-text.ts';
import { say } from './say.ts';

interface Flags {
  readonly source?: string;
  readonly platform?: string;
  readonly lake: string;
}

interface Campaign {
  readonly platform: string;
  readonly id: string;
  readonly name: string;
}

/** The one reported campaign that is meant by its name or its id. @throws UsageError where it is none, or several */
function meant(wanted: string, campaigns: readonly Campaign[], platform: string | undefined): Campaign {
  const known = campaigns.filter(
    (one) => platform === undefined || [one.platform, one.platform.replace(/_ads$/, '')].includes(platform),
  );
  const folded = wanted.toLowerCase().trim();
  const found = known.filter(({ id, name }) => id === wanted || name.toLowerCase() === folded);
  const [first, other] = found;
  if (first === undefined) {
    const near = nearestNames(
      wanted,
      known.map(({ name }) => name),
    );
    throw new UsageError(
      `No platform reports a campaign "${wanted}". ` +
        (near.length > 0
          ? `The nearest: ${near.join(', ')}.`
          : 'Look at: sillage query "SELECT platform, campaign_id, campaign FROM campaigns"'),
    );
  }
  if (other !== undefined)
    throw new UsageError(
      `Several campaigns are called "${wanted}": ` +
        `${found.map(({ platform: on, id }) => `${on} ${id}`).join(', ')}. Say its id instead, or --platform.`,
    );
  return first;
}

async function campaignsOf(root: string): Promise<Campaign[]> {
  return withWarehouse(filesLake(root), loadCatalog(), async (warehouse) => {
    const { rows } = await warehouse.query('SELECT platform, campaign_id, campaign FROM campaigns ORDER BY 1, 2');
    return rows.map(([platform, id, name]) => ({ platform: cell(platform), id: cell(id), name: cell(name) }));
  });
}

async function mapName(parts: readonly string[], { source, platform, lake: address }: Flags): Promise<void> {
  const [link, campaign, ...more] = parts.filter((part) => part !== '=');
  if (link === undefined || campaign === undefined || more.length > 0)
    throw new UsageError(
      'Write what links say and what the platform calls it: sillage shop map "fr_search" = "FR Search".',
    );
  const root = existingLake(address);
  const lake = filesLake(root);
  const one = meant(campaign, await campaignsOf(root), platform);
  const entry = {
    utm_campaign: link,
    ...(source !== undefined && { utm_source: source }),
    platform: one.platform,
    campaign_id: one.id,
  };
  const lock = await afterOthers(() => acquireLock(root, 'run'));
  try {
    const { profile } = await readProfile(lake);
    const keyOf = (mapped: { readonly utm_campaign: string; readonly utm_source?: string | undefined }) =>
      `${mapped.utm_campaign.toLowerCase()}|${mapped.utm_source === undefined ? '' : trafficSource(mapped.utm_source)}`;
    const others = profile.campaign_names.filter((known) => keyOf(known) !== keyOf(entry));
    const text = `${JSON.stringify({ ...ownParts(profile), campaign_names: [...others, entry] }, null, 2)}\n`;
    parseProfile(text);
    await lake.put(profileKey, text, { contentType: 'application/json' });
  } catch (error) {
    if (error instanceof InvalidProfile)
      throw new UsageError(`${error.message}. Nothing was written.`, { cause: error });
    throw error;
  } finally {
    await lock.release();
  }
  say(
    `Links that say “${link}”${source === undefined ? '' : ` from ${source}`} mean ${one.platform} ${one.id}, ` +
      `“${one.name}”. Next: sillage run${lakeFlag(root)}`,
  );
}

/** `sillage shop map`. */
export function shopMapCommand(): Command {
  return new Command('map')
    .description('say which reported campaign a name in links means')
    .argument('<names...>', 'what links say (utm_campaign), =, and the campaign by its name or id')
    .addOption(new Option('--source <utm_source>', 'only for links of this source'))
    .addOption(new Option('--platform <name>', 'the platform that reports it, where two have one of this name'))
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
"sillage status" names the campaigns in links that no platform reports, and the nearest that one does.

Examples:
  sillage shop map "fr_search_soins-bio" = "FR Search Soins bio"
  sillage shop map spring = 120001 --source facebook`),
    )
    .action(mapName);
}
