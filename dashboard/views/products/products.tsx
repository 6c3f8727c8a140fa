import { useState } from 'preact/hooks';
import { Skeleton } from '../../app/skeleton.tsx';
import type { Page, View, ViewProps } from '../../app/view.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { Scatter, scatterHeight } from '../../charts/scatter.tsx';
import { sumsOf } from '../../figures/sums.ts';
import { glossary } from '../../language/glossary.ts';
import type { FigureKind } from '../../language/format.ts';
import { productName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { DataTable, exported, type Column } from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { KpiBand, type Kpi } from '../../parts/kpi-band.tsx';
import { Measured } from '../../parts/measured.tsx';
import {
  allSold,
  categoryRows,
  fewestPairs,
  pairsOf,
  productRows,
  returnedFor,
  soldDaily,
  type Pair,
  type ProductRow,
  type Sold,
} from './product-rows.ts';
import { ProductTable } from './product-table.tsx';
import { productTexts } from './texts.ts';

function kpisOf({ language, days, before }: Page, mart: Parameters<typeof allSold>[0]): Kpi[] {
  const names = glossary[language];
  const t = productTexts[language];
  const figures: readonly [keyof Sold, string, FigureKind, 1 | -1][] = [
    ['revenue', names.productRevenue.name, 'money', 1],
    ['units', names.units.name, 'count', 1],
    ['margin', names.grossMargin.name, 'money', 1],
    ['marginRate', t.marginRate, 'percent', 1],
    ['returnRate', names.returns.name, 'percent', -1],
    ['viewToBuy', names.viewToBuy.name, 'percent', 1],
  ];
  const [now, then, daily] = [allSold(mart, days), before && allSold(mart, before), soldDaily(mart, days)];
  return figures.map(([id, label, kind, good]) => ({
    id,
    label,
    kind,
    good,
    now: now[id],
    before: then?.[id],
    daily: daily.map((sold) => sold[id]),
  }));
}

/** Which products earn, and which only sell. */
function Against({ page, rows }: { readonly page: Page; readonly rows: readonly ProductRow[] }) {
  const { texts, formats, language } = page;
  const t = productTexts[language];
  const [chosen, choose] = useState<string>();
  const drawn = rows.filter(({ marginRate, revenue }) => marginRate !== null && revenue > 0);
  const read = drawn.find(({ id }) => id === chosen);
  const table = () => ({
    title: t.against,
    columns: [
      { label: t.product, kind: 'text' as const },
      { label: glossary[language].productRevenue.name, kind: 'money' as const },
      { label: t.marginRate, kind: 'percent' as const },
    ],
    rows: drawn.map(({ title, revenue, marginRate }) => [title, revenue, marginRate]),
  });
  return (
    <Card
      title={t.against}
      note={t.againstNote}
      tools={<ExportButtons page={page} texts={texts} table={table} hasChart />}
    >
      <p class="readout">
        {read
          ? t.chosen(read.title, formats.figure('money', read.revenue), formats.figure('percent', read.marginRate))
          : t.hint}
      </p>
      <Measured height={scatterHeight}>
        {(width) => (
          <div onPointerLeave={() => choose(undefined)}>
            <Scatter
              width={width}
              title={t.against}
              xKind="money"
              yKind="percent"
              xLabel={glossary[language].productRevenue.name}
              yLabel={t.marginRate}
              dots={drawn.map(({ id, title, revenue, marginRate, units }) => ({
                id,
                label: title,
                x: revenue,
                y: marginRate ?? 0,
                size: units,
              }))}
              chosen={read?.id}
              onChoose={choose}
              formats={formats}
            />
          </div>
        )}
      </Measured>
    </Card>
  );
}

function Together({ page, pairs }: { readonly page: Page; readonly pairs: readonly Pair[] }) {
  const { texts, formats, language } = page;
  const t = productTexts[language];
  const columns: Column<Pair>[] = [
    {
      id: 'name',
      label: t.pair,
      kind: 'text',
      value: ({ products: both }) => both.join(' + '),
      cell: ({ products: [a, b] }) => (
        <span class="pair">
          {a} <span class="unknown">+</span> {b}
        </span>
      ),
    },
    { id: 'lift', label: glossary[language].lift.name, kind: 'ratio', value: ({ lift }) => lift },
    { id: 'orders', label: t.orders, kind: 'count', value: ({ orders }) => orders },
  ];
  const shown = pairs.slice(0, 10);
  return (
    <Card
      title={t.together}
      note={t.togetherNote(fewestPairs)}
      tools={<ExportButtons page={page} texts={texts} table={() => exported(t.together, columns, pairs)} />}
    >
      {shown.length === 0 ? (
        <p class="unknown">{t.noPairs(fewestPairs)}</p>
      ) : (
        <DataTable label={t.together} columns={columns} rows={shown} rowId={({ id }) => id} formats={formats} />
      )}
    </Card>
  );
}

function Returns({ page, mart }: { readonly page: Page; readonly mart: Parameters<typeof returnedFor>[0] }) {
  const { texts, formats, days, language } = page;
  const t = productTexts[language];
  const names: Readonly<Record<string, string>> = t.reasons;
  const rows = returnedFor(mart, days);
  const table = () => ({
    title: t.returns,
    columns: [
      { label: t.returns, kind: 'text' as const },
      { label: glossary[language].units.name, kind: 'count' as const },
    ],
    rows: rows.map(({ reason, units }) => [names[reason] ?? reason, units]),
  });
  return (
    <Card title={t.returns} note={t.returnsNote} tools={<ExportButtons page={page} texts={texts} table={table} />}>
      {rows.length === 0 ? (
        <p class="unknown">{t.noReturns}</p>
      ) : (
        <BarList
          kind="count"
          formats={formats}
          bars={rows.map(({ reason, units, share }) => ({
            id: reason,
            label: names[reason] ?? reason,
            value: units,
            aside: share,
          }))}
        />
      )}
    </Card>
  );
}

function Products({ page, marts, isWhole }: ViewProps) {
  const { texts, formats, days, before, language } = page;
  const t = productTexts[language];
  const [mart, pairs, orders, returns] = [
    marts['product_performance_daily'],
    marts['product_pairs_daily'],
    marts['orders_daily'],
    marts['product_returns'],
  ];
  if (!isWhole || mart === undefined || pairs === undefined || orders === undefined || returns === undefined)
    return <Skeleton label={texts.loading} />;
  const rows = productRows(mart, days, before).map((row) => ({ ...row, title: productName(texts, row.title) }));
  if (rows.length === 0) return <p class="empty">{texts.empty}</p>;
  const categories = categoryRows(mart, days);
  return (
    <>
      <h1>
        {t.heading}
        {before === undefined && page.state.comparison !== 'none' ? (
          <small class="unknown-before">{page.isUnfinished ? texts.unfinished : texts.notKnownBefore}</small>
        ) : null}
      </h1>
      <KpiBand kpis={kpisOf(page, mart)} label={t.kpis} texts={texts} formats={formats} />
      <ProductTable page={page} rows={rows} />
      <div class="columns wide">
        <Against page={page} rows={rows} />
        <Together page={page} pairs={pairsOf(pairs, mart, days, sumsOf(orders, ['orders'], { days }).orders)} />
      </div>
      <div class="columns wide">
        <Card title={t.categories} note={t.categoriesNote}>
          <BarList
            kind="money"
            formats={formats}
            bars={categories.map(({ category, revenue, marginRate }) => ({
              id: category ?? '',
              label: category ?? t.noCategory,
              value: revenue,
              aside: marginRate,
            }))}
          />
        </Card>
        <Returns page={page} mart={returns} />
      </div>
    </>
  );
}

export const products: View = {
  id: 'products',
  title: { en: productTexts.en.title, fr: productTexts.fr.title },
  needs: ['product_performance_daily', 'product_pairs_daily', 'product_returns', 'orders_daily'],
  filters: [],
  hasPeriod: true,
  hasModel: false,
  metrics: [],
  own: ['sort', 'all'],
  component: Products,
};
