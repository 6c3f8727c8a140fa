import { engineVersion } from '../../localstack/embedded/warehouse/engine-version.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import type { Standings } from '../shared/slices/ledger-rows.ts';
import { inputsOf, publishedCode, shopOf } from './inputs.ts';
import { readManifest } from './manifest.ts';

/** How what is published stands to the lake. */
export interface PublicationState {
  /**
   * `behind`: the lake has changed since, and nothing was published, as where a check failed or no run came to its end.
   * `untold`: who looks may not read all that it was made from.
   */
  readonly state: 'none' | 'current' | 'behind' | 'untold';
  readonly data_to: string | null;
}

/**
 * Looks at what is published without writing anything.
 * @param known what it would be made from now; undefined where that cannot be told, as before the checks were made
 * @param isClosed whether an error says that who looks may not
 */
export async function publicationState(
  lake: Lake,
  catalog: Catalog,
  known:
    | { readonly standings: Standings; readonly checks: readonly CheckResultsRow[]; readonly profile: ShopProfile }
    | undefined,
  isClosed: (error: unknown) => boolean,
): Promise<PublicationState> {
  const manifest = await readManifest(lake);
  if (manifest === undefined) return { state: 'none', data_to: null };
  const { data_to } = manifest;
  if (known === undefined) return { state: 'behind', data_to };
  const code = publishedCode(catalog, engineVersion);
  try {
    const inputs = await inputsOf(lake, catalog, { ...known, code, shop: shopOf(known.profile) });
    return { state: inputs === manifest.inputs ? 'current' : 'behind', data_to };
  } catch (error) {
    if (!isClosed(error)) throw error;
    return { state: 'untold', data_to };
  }
}
