import { daysBetween, type Day } from '../shared/days.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';

/** A source that sends every day, and how many days its newest one may lie back. */
export interface Source {
  /** `orders`; `ad_spend.google_ads` where a table has several. */
  readonly name: string;
  readonly table: string;
  readonly lateAfterDays: number;
}

/**
 * The sources that the schema documents promise to be fresh.
 * @throws Error where the column that tells them apart has no list of values
 */
export function sourcesOf(catalog: Catalog): Source[] {
  return [...catalog.values()].flatMap(({ name, late, columns }): Source[] => {
    if (late === undefined) return [];
    if (late.by === undefined) return [{ name, table: name, lateAfterDays: late.afterDays }];
    const accepted = columns.find((column) => column.name === late.by)?.accepted;
    if (accepted === undefined) throw new Error(`The sources of ${name} cannot be told: ${late.by} accepts anything.`);
    return (late.among ?? accepted).map((value) => ({
      name: `${name}.${value}`,
      table: name,
      lateAfterDays: late.afterDays,
    }));
  });
}

/**
 * How many days back the newest day of each source lies. A source that never sent anything is left out: nobody misses
 * it.
 * @param today UTC; a day in the future, as of a clock that is wrong, does not count
 */
export async function daysBehind(
  catalog: Catalog,
  warehouse: Pick<Warehouse, 'query'>,
  today: Day,
): Promise<Record<string, number>> {
  const behind: Record<string, number> = {};
  for (const name of new Set(sourcesOf(catalog).map(({ table }) => table))) {
    const by = tableNamed(catalog, name).late?.by;
    const { rows } = await warehouse.query(
      `SELECT ${by ?? "''"} AS source, CAST(max(dt) AS varchar) AS day FROM ${name} WHERE dt <= DATE ` +
        `'${today}'${by === undefined ? '' : ` GROUP BY ${by}`}`,
    );
    for (const [source, day] of rows)
      if (typeof day === 'string')
        behind[by === undefined ? name : `${name}.${typeof source === 'string' ? source : ''}`] = daysBetween(
          day,
          today,
        );
  }
  return behind;
}
