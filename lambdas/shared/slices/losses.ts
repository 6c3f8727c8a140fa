import type { Day } from '../days.ts';
import { LakeUnavailable } from '../ports/lake.ts';
import type { Catalog } from '../schema/catalog.ts';
import { hasExpired, type Expirations } from './expirations.ts';
import type { MadeFromRaw } from './ledger.ts';

/** What may always go: a person takes back an export or two. Beyond that, more than a tenth is asked for. */
const few = 2;
const share = 0.1;

const isMuch = (gone: number, of: number) => gone > Math.max(few, of * share);

const advice =
  'Is a disk not mounted, or a folder renamed? Put it back and run again. If they are meant to go: sillage ' +
  'run --allow-removal';

/** @throws LakeUnavailable where more of a table's slices would be removed than a person takes back by hand */
export function refuseLosingSlices(table: string, removed: readonly Day[], standing: number): void {
  if (!isMuch(removed.length, standing)) return;
  throw new LakeUnavailable(
    `Nothing of ${table} was removed: no raw object is left for ${removed.length} of its ${standing} slices, ` +
      `${removed[0]} to ${removed.at(-1)}. ${advice}.`,
  );
}

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/'));

/**
 * Compares the raw objects that the slices were made from with those that stand. An object beside which a new one
 * stands was replaced or joined with others, and is not missed. A feed that has become empty always is: its folder may
 * be a disk of its own, and one object may be all the products of a shop. What has expired is not missed.
 * @throws LakeUnavailable where raw has nothing at all, or more of a feed is gone than a person takes back by hand
 */
export function refuseLosingRaw(
  catalog: Catalog,
  { slices, keys }: MadeFromRaw,
  present: readonly string[],
  expired: Expirations,
  mayGo: boolean,
): void {
  const tables = [...catalog.values()].filter(({ zone }) => zone === 'raw');
  const feeds = tables.map(({ prefix }) => prefix);
  const standing = new Set(present);
  const isMissed = (key: string) => standing.has(key) || !tables.some((feed) => hasExpired(expired, feed, key));
  const known = new Set([...keys].filter(isMissed));
  const isExplained = known.size === 0 && expired.size > 0;
  if (slices > 0 && !isExplained && !present.some((key) => feeds.some((prefix) => key.startsWith(prefix)))) {
    throw new LakeUnavailable(
      `Nothing was done: raw/ holds no object of any feed, but the ledger has ${slices} slices that were made ` +
        'from it. Is a disk not mounted? Put raw/ back and run again. To remove what was made from it: sillage ' +
        'clean --what derived.',
    );
  }
  if (mayGo) return;
  const renewed = new Set(present.filter((key) => !known.has(key)).map(folderOf));
  for (const feed of feeds) {
    const own = [...known].filter((key) => key.startsWith(feed));
    const gone = own.filter((key) => !standing.has(key) && !renewed.has(folderOf(key)));
    const isEmptied = own.length > 0 && !present.some((key) => key.startsWith(feed));
    if (isEmptied || isMuch(gone.length, own.length)) {
      throw new LakeUnavailable(
        `Nothing was done: ${gone.length} of the ${own.length} objects of ${feed} that slices were made from ` +
          `are gone, such as ${gone[0]}. ${advice}.`,
      );
    }
  }
}
