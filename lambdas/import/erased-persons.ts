/** Files that are older than an erasure: the person who was erased may be in them, and would be in the lake again. */
import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { erasuresPrefix } from '../shared/schema/ops-keys.ts';
import type { Looked } from './looked.ts';

const feedsOfPersons = ['raw/crm/orders/', 'raw/crm/customers/', 'raw/web/events/'];
const erasure = z.looseObject({ begun_at: z.string() });

/** A sentence for each file that was exported before an erasure and may hold persons. Who it was nobody keeps. */
export async function erasedPersons(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const begun: string[] = [];
  for await (const key of lake.keys(erasuresPrefix)) {
    const known = await jsonObject(lake, key, erasure);
    if (known) begun.push(known.begun_at);
  }
  return looked.flatMap((one) => {
    if (one.kind !== 'understood') return [];
    const { file, parts } = one.understood;
    const exportedAt = file.exportedAt.toISOString();
    const later = begun.filter((at) => at > exportedAt).toSorted();
    const keys = parts.flatMap(({ documents }) => documents.map(({ key }) => key));
    const last = later.at(-1);
    return last !== undefined && keys.some((key) => feedsOfPersons.some((feed) => key.startsWith(feed)))
      ? [
          `${file.name} was exported before ` +
            `${later.length === 1 ? 'a person was' : `${later.length} requests of persons were`} erased from ` +
            `this lake (${last.slice(0, 10)}): who is in it is in the lake again. Import an export that was ` +
            'made since the shop erased them, or repeat the erasure: sillage forget',
        ]
      : [];
  });
}
