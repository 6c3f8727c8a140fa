/**
 * A part of a day that is too much for one machine: the first of four is `0-of-4`. A day that is not cut has no parts,
 * and its slice none: undefined.
 */
export type Part = string;

const partPattern = /^(?<index>0|[1-9]\d{0,3})-of-(?<count>[2-9]|[1-9]\d{1,3})$/;

/** Which part of how many; a whole day is the only one. */
export function placeOf(part: Part | undefined): { readonly index: number; readonly count: number } {
  if (part === undefined) return { index: 0, count: 1 };
  const { index, count } = partPattern.exec(part)?.groups ?? {};
  if (!isPart(part)) throw new Error(`${part} is no part of a day; one is 0-of-4.`);
  return { index: Number(index), count: Number(count) };
}

/** Whether a text names a part. */
export function isPart(text: string): boolean {
  const { index, count } = partPattern.exec(text)?.groups ?? {};
  return index !== undefined && Number(index) < Number(count);
}

/** All parts of a day that is cut into so many. */
export const partsOf = (count: number): readonly (Part | undefined)[] =>
  count === 1 ? [undefined] : Array.from({ length: count }, (_, index) => `${index}-of-${count}`);

/** Name of the object of a table, or of a part of its day. */
export const fileOf = (table: string, part?: Part): string =>
  part === undefined ? `${table}.parquet` : `${table}.part-${part}.parquet`;

/** The part that the name of an object tells; null where it is none of the table's. */
export function partOfFile(table: string, file: string): Part | undefined | null {
  if (file === fileOf(table)) return undefined;
  const part = file.startsWith(`${table}.part-`) ? file.slice(`${table}.part-`.length, -'.parquet'.length) : '';
  return isPart(part) && file === fileOf(table, part) ? part : null;
}

/**
 * The parts of a day that stand together, in their order: all of those of which there are to be most, since a day is
 * never cut into fewer. None where one is missing: half a day is no day.
 */
export function wholeOf<T extends { readonly part?: Part | undefined }>(all: readonly T[]): readonly T[] {
  const most = all.reduce((least, { part }) => Math.max(least, placeOf(part).count), 1);
  const own = all.filter(({ part }) => placeOf(part).count === most);
  return own.length === most ? own.toSorted((a, b) => placeOf(a.part).index - placeOf(b.part).index) : [];
}
