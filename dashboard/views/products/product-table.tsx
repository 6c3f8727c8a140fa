import type { Page } from '../../app/view.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { glossary } from '../../language/glossary.ts';
import { Card } from '../../parts/card.tsx';
import {
  changeColumn,
  coverageColumn,
  DataTable,
  exported,
  nameColumn,
  readOrder,
  sortedBy,
  toldColumns,
  type Column,
} from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import type { ProductRow } from './product-rows.ts';
import { productTexts } from './texts.ts';

/** As many as are read at one look; the others are one click away. */
const fewRows = 20;

/** Every product that was sold or seen in the period. */
export function ProductTable({ page, rows }: { readonly page: Page; readonly rows: readonly ProductRow[] }) {
  const { texts, formats, language, state, go, before } = page;
  const t = productTexts[language];
  const names = glossary[language];
  const columns = toldColumns<ProductRow>(
    [
      nameColumn(
        t.product,
        ({ title }) => title,
        ({ category }) => category,
        t.category,
      ),
      { id: 'revenue', label: names.productRevenue.name, kind: 'money', value: ({ revenue }) => revenue },
      { id: 'units', label: names.units.name, kind: 'count', value: ({ units }) => units },
      { id: 'margin', label: names.grossMargin.name, kind: 'money', value: ({ margin }) => margin },
      { id: 'rate', label: t.marginRate, kind: 'percent', value: ({ marginRate }) => marginRate },
      coverageColumn(names.coverage.name),
      { id: 'returns', label: names.returns.name, kind: 'percent', value: ({ returnRate }) => returnRate },
      { id: 'view', label: names.viewToBuy.name, kind: 'percent', value: ({ viewToBuy }) => viewToBuy },
      ...(before ? [changeColumn(t.change, texts, formats)] : []),
    ],
    rows,
  );
  const trend: Column<ProductRow> = {
    id: 'trend',
    label: t.trend,
    kind: 'text',
    value: () => null,
    cell: ({ daily }) => <Sparkline values={daily} />,
  };
  const order = readOrder(state.own['sort'], 'revenue');
  const by = columns.find(({ id }) => id === order.column);
  const sorted = by === undefined ? rows : sortedBy(rows, by, order.isRising, formats);
  const shown = state.own['all'] === undefined ? sorted.slice(0, fewRows) : sorted;
  return (
    <Card
      title={t.title}
      tools={<ExportButtons page={page} texts={texts} table={() => exported(t.title, columns, sorted)} />}
    >
      <DataTable
        label={t.title}
        columns={[...columns, trend]}
        rows={shown}
        rowId={({ id }) => id}
        formats={formats}
        order={order}
        onOrder={(sort) => go({ own: { ...state.own, sort } })}
      />
      {shown.length < sorted.length ? (
        <button type="button" class="plain link more" onClick={() => go({ own: { ...state.own, all: 'yes' } })}>
          {t.showAll(sorted.length)}
        </button>
      ) : null}
    </Card>
  );
}
