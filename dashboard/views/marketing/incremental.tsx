import { setAmong } from '../../app/options.ts';
import type { ViewProps } from '../../app/view.ts';
import type { Days } from '../../../lambdas/shared/day-numbers.ts';
import type { Interval } from '../../figures/intervals.ts';
import { roi, type Figure as Value } from '../../figures/ratios.ts';
import { groupsOf } from '../../figures/sums.ts';
import { numbersOf, textsOf, type Mart } from '../../data/mart.ts';
import type { FigureKind } from '../../language/format.ts';
import { glossary } from '../../language/glossary.ts';
import { channelName, modelName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { DataTable, exported, type Column } from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { Figure } from '../../parts/figures.tsx';
import { causedRoi } from './caused-roi.ts';
import { marketingTexts } from './texts.ts';

const measures = [
  'spend_eur',
  'attributed_orders',
  'incremental_orders',
  'attributed_revenue_eur',
  'incremental_revenue_eur',
  'incremental_revenue_low_eur',
  'incremental_revenue_high_eur',
  'attributed_margin_eur',
  'incremental_margin_eur',
  'incremental_margin_low_eur',
  'incremental_margin_high_eur',
] as const;
type Sums = Readonly<Record<(typeof measures)[number], number>>;

interface Row {
  readonly channel: string;
  readonly model: string;
  readonly basis: string;
  readonly sums: Sums;
  /** Whether the margin of any of its days is known. */
  readonly isMarginKnown: boolean;
}

const measured = 'measured: ';

/** What each channel that can be withheld is credited with, beside what it caused. */
export function Incremental({ page, marts }: ViewProps) {
  const { texts, formats, language, days, state } = page;
  const t = marketingTexts[language];
  const names = glossary[language];
  const mart = marts['roi_incremental'];
  if (mart === undefined) return null;
  const where = { days, texts: { channel: state.filters.channel } };
  const rows = groupsOf(mart, measures, ['channel', 'attribution_model', 'basis'], where)
    .map(({ keys: [channel, model, basis], sums }): Row => ({
      channel: channel ?? '',
      model: model ?? '',
      basis: basis ?? '',
      sums,
      isMarginKnown: hasMargin(mart, channel ?? '', days),
    }))
    // Of a channel that is credited with nothing, nothing is told of what it caused: 0 of 0 is no certainty.
    .filter(({ sums }) => page.hasOrders && sums.attributed_orders > 0)
    .toSorted((a, b) => b.sums.attributed_revenue_eur - a.sums.attributed_revenue_eur);

  const marginOf = ({ sums, isMarginKnown }: Row, margin: keyof Sums) => (isMarginKnown ? sums[margin] : null);
  const roiOf = (row: Row) =>
    causedRoi({
      spend: row.sums.spend_eur,
      margin: marginOf(row, 'incremental_margin_eur'),
      low: marginOf(row, 'incremental_margin_low_eur'),
      high: marginOf(row, 'incremental_margin_high_eur'),
    });
  const withInterval = (kind: FigureKind, value: (row: Row) => Value, intervalOf: (row: Row) => Interval | undefined) =>
    function Cell(row: Row) {
      const interval = intervalOf(row);
      return (
        <>
          <Figure kind={kind} value={value(row)} formats={formats} />
          {interval === undefined ? null : <small class="interval">{formats.interval(kind, interval)}</small>}
        </>
      );
    };
  const sum = (name: keyof Sums) => (row: Row) => row.sums[name];
  const basisOf = ({ basis }: Row) =>
    basis.startsWith(measured) ? t.measured(basis.slice(measured.length)) : t.believed;
  const columns: Column<Row>[] = [
    { id: 'name', label: texts.filters.channel, kind: 'text', value: ({ channel }) => channelName(texts, channel) },
    { id: 'spend', label: names.spend.name, kind: 'money', value: sum('spend_eur') },
    { id: 'attributed', label: t.attributedOrders, kind: 'count', value: sum('attributed_orders') },
    { id: 'caused', label: t.causedOrders, kind: 'count', value: sum('incremental_orders') },
    { id: 'revenue', label: names.attributedRevenue.name, kind: 'money', value: sum('attributed_revenue_eur') },
    {
      id: 'causedRevenue',
      label: names.incrementalRevenue.name,
      kind: 'money',
      value: sum('incremental_revenue_eur'),
      cell: withInterval('money', sum('incremental_revenue_eur'), ({ sums }) => ({
        low: sums.incremental_revenue_low_eur,
        high: sums.incremental_revenue_high_eur,
      })),
    },
    {
      id: 'roi',
      label: t.attributedRoi,
      kind: 'percent',
      value: (row) => roi(marginOf(row, 'attributed_margin_eur'), row.sums.spend_eur),
    },
    {
      id: 'causedRoi',
      label: names.incrementalRoi.name,
      kind: 'percent',
      value: (row) => roiOf(row).value,
      cell: withInterval(
        'percent',
        (row) => roiOf(row).value,
        (row) => roiOf(row).interval,
      ),
    },
    { id: 'basis', label: t.knownBy, kind: 'text', value: basisOf },
  ];
  const ignored = [
    ...setAmong(['campaign', 'country', 'device'], state.filters, texts.filters),
    ...(state.model === undefined ? [] : [texts.model]),
    ...(state.lookback === undefined ? [] : [texts.lookback]),
  ];
  const models = [...new Set(rows.map(({ model }) => modelName(texts, model)))];
  return (
    <Card
      title={t.incremental}
      tools={<ExportButtons page={page} texts={texts} table={() => exported(t.incremental, columns, rows)} />}
      note={[
        ...(rows.length > 0 ? [t.incrementalNote(formats.list(models))] : []),
        ...(ignored.length > 0 ? [texts.notFollowed(ignored)] : []),
      ].join(' ')}
    >
      {rows.length === 0 ? (
        <p class="unknown">{page.hasOrders ? texts.empty : t.noOrders}</p>
      ) : (
        <DataTable
          label={t.incremental}
          columns={columns}
          rows={rows}
          rowId={({ channel }) => channel}
          formats={formats}
        />
      )}
    </Card>
  );
}

/** Whether the margin is known of any day of a channel. */
function hasMargin(mart: Mart, channel: string, { from, to }: Days): boolean {
  const [day, margin] = [numbersOf(mart, 'day'), numbersOf(mart, 'attributed_margin_eur')];
  const { codes, words } = textsOf(mart, 'channel');
  const code = words.indexOf(channel);
  return margin.some((value, row) => {
    const at = day[row] ?? 0;
    return !Number.isNaN(value) && codes[row] === code && at >= from && at <= to;
  });
}
