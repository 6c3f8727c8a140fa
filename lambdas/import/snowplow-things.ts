/** What Snowplow sends beside an event, or adds to it: self-describing JSON of a vendor's kinds. */
import * as z from 'zod';

export type Cells = Readonly<Record<string, unknown>>;

/** A self-describing JSON, as a TSV has it: one thing, or a list of things. */
const described = z.object({ schema: z.string(), data: z.unknown() });

function parsed(json: unknown): unknown {
  if (typeof json !== 'string' || json === '') return json;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What a self-describing JSON wraps: itself, where it is of this kind, or those in it that are. */
function unwrapped(value: unknown, kind: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => unwrapped(one, kind));
  const read = described.safeParse(value);
  if (!read.success) return [];
  return read.data.schema.includes(kind) ? [read.data.data] : unwrapped(read.data.data, kind);
}

/** Things of one kind: in columns of their own (JSON of the Analytics SDK, a warehouse), or all in one cell (TSV). */
export function thingsOf(
  record: Cells,
  vendor: string,
  kind: string,
  cell: 'contexts' | 'derived_contexts' | 'unstruct_event',
): unknown[] {
  const prefix = cell === 'unstruct_event' ? cell : 'contexts';
  const own = new RegExp(`^${prefix}_${vendor.replaceAll('.', '_')}_${kind}_1(?:_|$)`);
  const [column] = Object.entries(record).find(([name]) => own.test(name)) ?? [];
  return column === undefined ? unwrapped(parsed(record[cell]), `${vendor}/${kind}/`) : [parsed(record[column])].flat();
}
