import { dayOfKey, mondayOf, type Day } from '../days.ts';
import { fileOf, partOfFile, type Part } from './parts.ts';
import type { Table } from './table.ts';

/** The slice that a day of its inputs belongs to: of the same day, or of the Monday of its week. */
export const sliceDay = ({ every }: Pick<Table, 'every'>, day: Day): Day => (every === 'week' ? mondayOf(day) : day);

/** Key of the one object of a slice: of a day, or of a part of it. */
export function sliceKey(table: Table, day: string, part?: Part): string {
  return `${table.prefix}dt=${day}/${fileOf(table.name, part)}`;
}

/** The slice that a key of the table's names; undefined for any other object. */
export function sliceOfKey(
  table: Table,
  key: string,
): { readonly day: Day; readonly part?: Part | undefined } | undefined {
  const day = key.startsWith(table.prefix) ? dayOfKey(key) : undefined;
  if (day === undefined) return undefined;
  const part = partOfFile(table.name, key.slice(`${table.prefix}dt=${day}/`.length));
  return part === null ? undefined : { day, part };
}
