import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Day } from '../../../lambdas/shared/days.ts';
import { profileKey, type ShopProfile } from '../../../lambdas/shared/shop/profile.ts';
import { listKeys } from '../lake/list.ts';
import type { Workspace } from './workspace.ts';

/**
 * Says where the ledger, or a zone of slices, is not there at all: slices are built again, but a disk may be missing.
 */
export async function unmountedZones(root: string, { catalog, ledger }: Workspace): Promise<string[]> {
  const { slices } = ledger.standings();
  const warnings: string[] = [];
  if (slices.length === 0 && ledger.damaged.length === 0 && listKeys(root, 'curated/').length > 0)
    warnings.push(
      'The ledger was empty, though curated/ holds slices: every slice was built again. The first run was cut ' +
        'short, or ops/ is not mounted.',
    );
  for (const zone of ['curated', 'marts']) {
    const named = slices.filter(({ table }) => catalog.get(table)?.zone === zone).length;
    if (named > 0 && !existsSync(join(root, zone)))
      warnings.push(`${zone}/ was not there, so its ${named} slices were built again. Is a disk not mounted?`);
  }
  return warnings;
}

/** What is taken for granted of a shop that has no profile. */
export function assumed({ currency, time_zone, costs: [cost] }: ShopProfile): string {
  return (
    `There is no ${profileKey}, so a shop in ${time_zone} with prices in ${currency} was assumed, whose orders ` +
    `each cost EUR ${cost?.fulfilment_eur.toFixed(2)} for fulfilment and ` +
    `${((cost?.payment_rate ?? 0) * 100).toFixed(1)} % and EUR ${cost?.payment_fixed_eur.toFixed(2)} for ` +
    'payment. "sillage shop" shows and sets it.'
  );
}

/**
 * What a run over some days leaves undone: a record that moved between one of them and another day counts on both, or
 * on none.
 */
export function leftBehind(tables: ReadonlyMap<string, readonly Day[]>): string {
  const slices = [...tables].map(
    ([table, [first, ...more]]) => `${table} of ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`,
  );
  return (
    `Outside the days asked for, slices are not up to date: ${slices.join(', ')}. A record whose day was ` +
    'corrected may count there too, or nowhere: run without --from and --to.'
  );
}
