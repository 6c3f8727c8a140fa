/** The proof: every byte of every object is looked at, unpacked, by the finder alone. */
import type { Lake } from '../shared/ports/lake.ts';
import { unpacked } from '../land/aggregated.ts';
import { fetchedAhead } from './ahead.ts';
import { failedBatchIn, isFailedBatch } from './failed-batch.ts';
import { blocks, opened, parquetRowsOf, rowText } from './opened.ts';
import type { Finder } from './person.ts';

/** What a look at the whole lake has found. */
export interface Searched {
  objects: number;
  bytes: number;
  /** Objects that hold the person. */
  readonly holding: string[];
  /** Objects that could not be looked into, or not to their end, and why. */
  readonly closed: { readonly key: string; readonly why: string }[];
}

/** What stands in base64 in a batch that was given up. */
const messagesIn = (text: string): string =>
  (failedBatchIn(text)?.event.Records ?? [])
    .flatMap(({ kinesis }) => unpacked(Buffer.from(kinesis.data, 'base64')))
    .map((bytes) => bytes.toString('utf8'))
    .join('\n');

/** Whether an object holds the person; why it cannot be told, where it cannot. */
export async function lookInto(
  key: string,
  body: Buffer,
  finder: Finder,
): Promise<{ readonly isHolding: boolean; readonly why?: string }> {
  const open = await opened(body);
  if (open.kind === 'closed') return { isHolding: finder.isIn(body.toString('latin1')), why: `it is ${open.what}` };
  if (open.kind === 'parquet') {
    try {
      for await (const rows of parquetRowsOf(body))
        if (finder.isIn(rows.map(rowText).join('\n'))) return { isHolding: true };
      return { isHolding: false };
    } catch {
      return { isHolding: finder.isIn(body.toString('latin1')), why: 'it is no whole Parquet file' };
    }
  }
  const { plain, letters } = open;
  const why =
    open.kind === 'text' && open.isCut
      ? { why: 'its gzip ends early or is damaged: what stands behind cannot be read' }
      : {};
  for (const block of blocks(plain, letters))
    if (finder.isIn(letters.decode(block))) return { isHolding: true, ...why };
  if (isFailedBatch(key) && finder.isIn(messagesIn(letters.decode(plain)))) return { isHolding: true };
  return { isHolding: false, ...why };
}

export async function searchLake(
  lake: Lake,
  finder: Finder,
  onProgress: (objects: number) => void = () => undefined,
): Promise<Searched> {
  const searched: Searched = { objects: 0, bytes: 0, holding: [], closed: [] };
  for await (const { object, body } of fetchedAhead(lake, '')) {
    const { key, size } = object;
    const { isHolding, why } = await lookInto(key, body, finder);
    searched.objects++;
    searched.bytes += size;
    if (isHolding) searched.holding.push(key);
    if (why !== undefined) searched.closed.push({ key, why });
    onProgress(searched.objects);
  }
  return searched;
}
