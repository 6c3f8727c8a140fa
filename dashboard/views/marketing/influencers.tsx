import { setAmong } from '../../app/options.ts';
import type { ViewProps } from '../../app/view.ts';
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
import { influencerRows, type InfluencerRow } from './influencer-rows.ts';
import { marketingTexts } from './texts.ts';

/** What each influencer cost and brought, by codes and links. */
export function Influencers({ page, marts }: ViewProps) {
  const { texts, formats, language, days, state, go } = page;
  const t = marketingTexts[language];
  const names = glossary[language];
  const mart = marts['roi_by_influencer_daily'];
  if (mart === undefined) return null;
  const rows = influencerRows(mart, days, page.hasOrders);
  const columns = toldColumns<InfluencerRow>(
    [
      nameColumn(
        t.influencer,
        ({ handle }) => handle,
        ({ platform }) => platform,
        t.platform,
      ),
      { id: 'posts', label: t.posts, kind: 'count', value: ({ posts }) => posts },
      { id: 'views', label: t.seen, kind: 'count', value: ({ views }) => views },
      { id: 'spend', label: t.cost, kind: 'money', value: ({ spend }) => spend },
      { id: 'orders', label: names.orders.name, kind: 'count', value: ({ orders }) => orders },
      { id: 'new', label: names.newCustomers.name, kind: 'count', value: ({ newCustomers }) => newCustomers },
      { id: 'revenue', label: names.revenue.name, kind: 'money', value: ({ revenue }) => revenue },
      { id: 'margin', label: names.margin.name, kind: 'money', value: ({ margin }) => margin },
      { id: 'roi', label: names.roi.name, kind: 'percent', value: (row) => row.roi },
      coverageColumn(names.coverage.name),
      {
        id: 'leakage',
        label: names.leakage.name,
        kind: 'percent',
        value: ({ leakage }) => leakage,
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
