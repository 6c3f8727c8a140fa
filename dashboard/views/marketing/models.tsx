import type { ViewProps } from '../../app/view.ts';
import { campaignTexts } from '../../app/options.ts';
import { groupsOf } from '../../figures/sums.ts';
import { channelName, modelName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { DataTable, exported, type Column } from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { marketingTexts } from './texts.ts';

interface Row {
  readonly channel: string;
  readonly revenue: Readonly<Record<string, number>>;
}

/** The revenue of each channel by every attribution model. */
export function Models({ page, marts }: ViewProps) {
  const { texts, formats, language, days, state, model } = page;
  const t = marketingTexts[language];
  const mart = marts['returns_daily'];
  if (mart === undefined) return null;
  const { channel, campaign, country, device } = state.filters;
  const where = { days, texts: { channel, country, device, ...campaignTexts(campaign) } };
  const rows = new Map<string, Record<string, number>>();
  const models = new Set<string>();
  for (const { keys, sums } of groupsOf(mart, ['net_revenue_eur'], ['channel', 'attribution_model'], where)) {
    const [of = null, by = null] = keys;
    if (of === null || by === null) continue;
    models.add(by);
    rows.set(of, { ...rows.get(of), [by]: sums.net_revenue_eur });
  }
  const known = Object.keys(texts.models);
  const columns: Column<Row>[] = [
    { id: 'name', label: texts.filters.channel, kind: 'text', value: (row) => channelName(texts, row.channel) },
    ...[...models]
      .toSorted((a, b) => known.indexOf(a) - known.indexOf(b))
      .map((by): Column<Row> => ({
        id: by,
        label: modelName(texts, by),
        kind: 'money',
        value: ({ revenue }) => revenue[by] ?? 0,
      })),
  ];
  const sorted = [...rows]
    .map(([of, revenue]) => ({ channel: of, revenue }))
    .toSorted((a, b) => (b.revenue[model] ?? 0) - (a.revenue[model] ?? 0));
  return (
    <Card
      title={t.models}
      note={t.modelsNote}
      tools={
        <ExportButtons follows="filters" page={page} texts={texts} table={() => exported(t.models, columns, sorted)} />
      }
    >
      {sorted.length === 0 ? (
        <p class="unknown">{texts.empty}</p>
      ) : (
        <DataTable label={t.models} columns={columns} rows={sorted} rowId={(row) => row.channel} formats={formats} />
      )}
    </Card>
  );
}
