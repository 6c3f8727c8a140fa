import { randomUUID } from 'node:crypto';
import type { Lake } from '../shared/ports/lake.ts';
import type { TableMaker } from '../shared/ports/warehouse.ts';
import type { Materialise, Materialised, SliceQuery } from './model.ts';
import { relationOf } from './relations.ts';

export interface Apart {
  readonly maker: TableMaker;
  /** Where the engine puts its parts: no part of the lake, and nobody reads it but who builds. */
  readonly scratch: Lake;
  /** How the engine calls a folder of it. */
  readonly locationOf: (folder: string) => string;
  /** Sorts the parts into one object, on an engine that finds them by their keys in scratch. */
  readonly here: Materialise;
}

type Seen = SliceQuery['slices'][number];

/**
 * Computes a slice on a distributed engine: its rows become a table of scratch, whose parts are sorted into the one
 * object that a slice has. Table and folder are named after the slice, so that who tries again finds what a crash left,
 * and clears it. Each try has a folder of its own in that: where a query of one that was given up still runs, its parts
 * are not taken for ours.
 */
export function materialiseApart({ maker, scratch, locationOf, here }: Apart): Materialise {
  const clear = async (name: string, folder: string): Promise<void> => {
    await maker.drop(name);
    for await (const key of scratch.keys(folder)) await scratch.delete(key);
  };

  /** The rows of the slice, held here; the table and its parts stay. */
  const computed = async (
    query: Omit<SliceQuery, 'slices'>,
    { day, relations }: Seen,
    name: string,
    folder: string,
  ) => {
    const { table, select } = query;
    const { columns } = relationOf(table, [], { direct: true });
    const own = `${folder}${randomUUID()}/`;
    const rows = await maker.make({ name, location: locationOf(own), select, relations, columns });
    const keys: string[] = [];
    for await (const { key, size } of scratch.list(own)) if (size > 0) keys.push(key);
    const sorted = here({
      table,
      select: `SELECT ${columns.map((column) => column.name).join(', ')} FROM computed`,
      slices: [{ day, relations: [{ name: 'computed', kind: 'table', columns, keys }] }],
    });
    let held: Materialised | undefined;
    for await (const one of sorted) held = one;
    if (held?.rows !== rows)
      throw new Error(
        `${name} has ${rows} rows, but its ${keys.length} parts have ${held?.rows ?? 0}. Nothing was written ` +
          `for ${table.name} of ${day}.`,
      );
    return held;
  };

  /** One slice, with nothing left of it in scratch. */
  const sliceOf = async (query: Omit<SliceQuery, 'slices'>, slice: Seen) => {
    const { name: of } = query.table;
    const [name, folder] = [`scratch_${of}_${slice.day.replaceAll('-', '')}`, `${of}/dt=${slice.day}/`];
    await clear(name, folder);
    const held = await computed(query, slice, name, folder).catch(async (error: unknown) => {
      // What cannot be cleared now is cleared by who tries again; what is told is why there is nothing.
      await clear(name, folder).catch(() => undefined);
      throw error;
    });
    await clear(name, folder);
    return held;
  };

  return async function* apart({ slices, ...query }) {
    for (const slice of slices) yield await sliceOf(query, slice);
  };
}
