import { randomUUID } from 'node:crypto';
import type { Lake } from '../shared/ports/lake.ts';
import type { TableMaker } from '../shared/ports/warehouse.ts';
import type { Materialise, SliceQuery } from './model.ts';
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

/**
 * Computes a slice on a distributed engine: its rows become a table of scratch, whose parts are sorted into the one object that a
 * slice has. Table and folder are named after the slice, so that who tries again finds what a crash left, and clears it. Each try has a
 * folder of its own in that: where a query of one that was given up still runs, its parts are not taken for ours.
 */
export function materialiseApart({ maker, scratch, locationOf, here }: Apart): Materialise {
  const clear = async (name: string, folder: string): Promise<void> => {
    await maker.drop(name);
    for await (const key of scratch.keys(folder)) await scratch.delete(key);
  };

  /** The rows of the slice, held here; the table and its parts stay. */
  const computed = async (query: SliceQuery, name: string, folder: string) => {
    const { table, select, relations } = query;
    const { columns } = relationOf(table, [], { direct: true });
    const own = `${folder}${randomUUID()}/`;
    const rows = await maker.make({ name, location: locationOf(own), select, relations, columns });
    const keys: string[] = [];
    for await (const { key, size } of scratch.list(own)) if (size > 0) keys.push(key);
    const held = await here({
      ...query,
      select: `SELECT ${columns.map((column) => column.name).join(', ')} FROM computed`,
      relations: [{ name: 'computed', kind: 'table', columns, keys }],
    });
    if (held.rows !== rows)
      throw new Error(
        `${name} has ${rows} rows, but its ${keys.length} parts have ${held.rows}. Nothing was written for ${table.name} of ${query.day}.`,
      );
    return held;
  };

  return async (query) => {
    const { table, day } = query;
    const [name, folder] = [`scratch_${table.name}_${day.replaceAll('-', '')}`, `${table.name}/dt=${day}/`];
    await clear(name, folder);
    const held = await computed(query, name, folder).catch(async (error: unknown) => {
      // What cannot be cleared now is cleared by who tries again; what is told is why there is nothing.
      await clear(name, folder).catch(() => undefined);
      throw error;
    });
    await clear(name, folder);
    return held;
  };
}
