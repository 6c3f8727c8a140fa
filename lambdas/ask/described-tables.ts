import type { DescribedTable } from '../../localstack/embedded/reader/reader.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { Column } from '../shared/schema/table.ts';
import { trinoType } from '../shared/schema/types.ts';

const described = ({ name, type, comment, unit, ratio }: Column) => ({
  name,
  type: trinoType(type),
  comment,
  unit: unit ?? null,
  isRatio: ratio,
});

/** The tables and views of the lake, in the columns that a query sees. */
export function describedTables(catalog: Catalog, { withholdsPersons }: { readonly withholdsPersons: boolean }) {
  return [...catalog.values()].flatMap((table): DescribedTable[] => {
    const { name, zone, isView, description, partition } = table;
    if (zone === 'raw') return [];
    const columns = table.columns.filter(({ pii }) => pii !== 'direct' && !(withholdsPersons && pii !== undefined));
    const day = { name: 'dt', type: 'date', comment: partition ?? '', unit: null, isRatio: false };
    return [{ name, zone, isView, description, columns: [...columns.map(described), ...(isView ? [] : [day])] }];
  });
}
