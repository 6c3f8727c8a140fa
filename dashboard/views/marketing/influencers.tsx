import { setAmong } from '../../app/options.ts';
import type { ViewProps } from '../../app/view.ts';
import { coverage, knownMargin, ratio, roi, type Figure } from '../../figures/ratios.ts';
import { groupsOf } from '../../figures/sums.ts';
import { glossary } from '../../language/glossary.ts';
import { Card } from '../../parts/card.tsx';
import {
  coverageColumn,
  DataTable,
  exported,
  nameColumn,
  readOrder,
  sortedBy,
  toldColumns,
} from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { marketingTexts } from './texts.ts';

const measures = [
  'posts',
  'views',
  'spend_eur',
  'orders',
  'new_customers',
  'net_revenue_eur',
  'margin_eur',
  'covered_eur',
  'code_orders',
  'leaked_orders',
] as const;

interface Row {
  readonly id: string;
  readonly handle: string;
  readonly platform: string;
  readonly sums: Readonly<Record<(typeof measures)[number], number>>;
  readonly margin: Figure;
  readonly coverage: Figure;
}

/** What each influencer cost and brought, by codes and links. */
export function Influencers({ page, marts }: ViewProps) {
  const { texts, formats, language, days, state, go } = page;
  const t = marketingTexts[language];
  const names = glossary[language];
  const mart = marts['roi_by_influencer_daily'];
  if (mart === undefined) return null;
  const rows = groupsOf(mart, measures, ['influencer_id', 'handle', 'platform'], { days }).map(
    ({ keys: [id = null, handle = null, platform = null], sums }): Row => ({
      id: id ?? '',
      handle: handle ?? id ?? '',
      platform: platform ?? '',
      sums,
      margin: knownMargin(sums.margin_eur, sums.covered_eur, sums.net_revenue_eur),
      coverage: coverage(sums.covered_eur, sums.net_revenue_eur),
    }),
  );
  const columns = toldColumns<Row>(
    [
      nameColumn(
        t.influencer,
        ({ handle }) => handle,
        ({ platform }) => platform,
        t.platform,
      ),
      { id: 'posts', label: t.posts, kind: 'count', value: ({ sums }) => sums.posts },
      { id: 'views', label: t.seen, kind: 'count', value: ({ sums }) => sums.views },
      { id: 'spend', label: t.cost, kind: 'money', value: ({ sums }) => sums.spend_eur },
      { id: 'orders', label: names.orders.name, kind: 'count', value: ({ sums }) => sums.orders },
      { id: 'new', label: names.newCustomers.name, kind: 'count', value: ({ sums }) => sums.new_customers },
      { id: 'revenue', label: names.revenue.name, kind: 'money', value: ({ sums }) => sums.net_revenue_eur },
      { id: 'margin', label: names.margin.name, kind: 'money', value: ({ margin }) => margin },
      { id: 'roi', label: names.roi.name, kind: 'percent', value: ({ margin, sums }) => roi(margin, sums.spend_eur) },
      coverageColumn(names.coverage.name),
      {
        id: 'leakage',
        label: names.leakage.name,
        kind: 'percent',
        value: ({ sums }) => ratio(sums.leaked_orders, sums.code_orders),
      },
    ],
    rows,
  );
  const order = readOrder(state.own['influencers'], 'revenue');
  const by = columns.find(({ id }) => id === order.column);
  const sorted = by === undefined ? rows : sortedBy(rows, by, order.isRising, formats);
  const ignored = setAmong(['channel', 'campaign', 'country', 'device'], state.filters, texts.filters);
  return (
    <Card
      title={t.influencers}
      tools={<ExportButtons page={page} texts={texts} table={() => exported(t.influencers, columns, sorted)} />}
      note={`${t.influencersNote}${ignored.length > 0 ? ` ${texts.notFollowed(ignored)}` : ''}`}
    >
      {sorted.length === 0 ? (
        <p class="unknown">{texts.empty}</p>
      ) : (
        <DataTable
          label={t.influencers}
          columns={columns}
          rows={sorted}
          rowId={({ id }) => id}
          formats={formats}
          order={order}
          onOrder={(influencers) => go({ own: { ...state.own, influencers } })}
        />
      )}
    </Card>
  );
}
