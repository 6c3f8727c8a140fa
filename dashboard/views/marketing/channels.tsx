import type { Page } from '../../app/view.ts';
import type { Marts } from '../../data/mart.ts';
import { dayNumber, isoOf } from '../../../lambdas/shared/day-numbers.ts';
import { lateSpend } from '../../figures/known-spend.ts';
import { countInterval, mapped, rateInterval, sumInterval, type Interval } from '../../figures/intervals.ts';
import { costOf, ratio, roi, type Figure as Value } from '../../figures/ratios.ts';
import type { FigureKind } from '../../language/format.ts';
import { glossary } from '../../language/glossary.ts';
import { channelName, modelName, platformName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import {
  changeColumn,
  coverageColumn,
  DataTable,
  exported,
  readOrder,
  sortedBy,
  toldColumns,
  type Column,
} from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { Figure, IntervalOf } from '../../parts/figures.tsx';
import type { InSteps } from '../../parts/in-turn.tsx';
import { returnsRows, type ReturnsRow } from './channel-rows.ts';
import { marketingTexts } from './texts.ts';
import { uncreditedOf } from './uncredited.ts';
import { unmatchedOf } from './unmatched.ts';

/** Which rows are open, in the address: names of channels and keys of campaigns. */
const readOpen = (text: string | undefined) => new Set((text ?? '').split('|').filter((one) => one !== ''));

function Bars({ row, most }: { row: ReturnsRow; most: number }) {
  const width = (value: Value) => (100 * Math.max(0, value ?? 0)) / most;
  return (
    <svg class="bars" width="80" height="14" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
      <rect class="revenue" width={width(row.revenue)} height="8" rx="1" />
      <rect class="spent" y="9" width={width(row.spend)} height="4" rx="1" />
    </svg>
  );
}

/** Rows that are drawn first. */
const firstRows = 6;

/** What each channel, campaign and ad cost and brought back: first computed, then drawn, the longest rows at last. */
export function Channels({ page, marts, step }: InSteps & { readonly page: Page; readonly marts: Marts }) {
  const { texts, formats, language, state, go, model, before } = page;
  const t = marketingTexts[language];
  const names = glossary[language];
  const open = readOpen(state.own['open']);
  const order = readOrder(state.own['sort'], 'revenue');
  const own = (change: Readonly<Record<string, string>>) => go({ own: { ...state.own, ...change } });
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    own({ open: [...next].join('|') });
  };
  const keyOf = ({ id, level }: ReturnsRow) => (level === 'channel' ? id : id.slice(id.indexOf('/') + 1));
  const label = ({ level, name }: ReturnsRow) =>
    level === 'channel' ? channelName(texts, name ?? '') : (name ?? (level === 'ad' ? t.noAd : t.noCampaign));

  /** A figure with its interval; neither where the row has no orders of its own. */
  const withInterval = (
    kind: FigureKind,
    value: (row: ReturnsRow) => Value,
    interval: (row: ReturnsRow) => Interval | undefined,
    of: (row: ReturnsRow) => Value,
  ) =>
    function Cell(row: ReturnsRow) {
      const figure = value(row);
      return (
        <>
          <Figure kind={kind} value={figure} formats={formats} />
          {figure === null ? null : (
            <IntervalOf kind={kind} interval={interval(row)} orders={of(row) ?? 0} formats={formats} texts={texts} />
          )}
        </>
      );
    };
  const roas = ({ revenue, spend }: ReturnsRow) => ratio(revenue, spend);
  const roiOf = ({ margin, spend }: ReturnsRow) => roi(margin, spend);
  const cac = ({ spend, newCustomers }: ReturnsRow) => costOf(spend, newCustomers);
  const cvr = ({ purchases, sessions }: ReturnsRow) => ratio(purchases, sessions);
  const sum = (value: Value, squares: number) => (value === null ? undefined : sumInterval(value, squares));

  const columns: Column<ReturnsRow>[] = [
    {
      id: 'name',
      label: texts.filters.channel,
      kind: 'text',
      value: label,
      // Without its level, a campaign would be added to the channel that it is a part of.
      beside: [
        { label: t.level, value: ({ level }) => t.levels[level] },
        { label: t.platform, value: ({ aside }) => (aside === null ? null : platformName(aside)) },
      ],
      cell: (row) => (
        <span class="row-name">
          {row.hasMore ? (
            <button
              type="button"
              class="open"
              aria-expanded={row.isOpen}
              aria-label={t.open(label(row))}
              onClick={() => toggle(keyOf(row))}
            >
              {row.isOpen ? '▾' : '▸'}
            </button>
          ) : (
            <span class="no-open" />
          )}
          <span>
            {label(row)} {row.aside === null ? null : <small>{platformName(row.aside)}</small>}
          </span>
        </span>
      ),
    },
    { id: 'spend', label: names.spend.name, kind: 'money', value: ({ spend }) => spend },
    { id: 'revenue', label: names.attributedRevenue.name, kind: 'money', value: ({ revenue }) => revenue },
  ];
  const rows = returnsRows(page, marts, open, (level) => {
    const by = [...columns, ...figures()].find(({ id }) => id === order.column);
    return by === undefined ? level : sortedBy(level, by, order.isRising, formats);
  });
  const most = Math.max(1, ...rows.map(({ revenue, spend }) => Math.max(revenue ?? 0, spend ?? 0)));

  function figures(): Column<ReturnsRow>[] {
    return [
      {
        id: 'roas',
        label: names.roas.name,
        kind: 'ratio',
        value: roas,
        cell: withInterval(
          'ratio',
          roas,
          (row) => mapped(sum(row.revenue, row.revenueSquares), (of) => ratio(of, row.spend)),
          ({ orders }) => orders,
        ),
      },
      {
        id: 'roi',
        label: names.roi.name,
        kind: 'percent',
        value: roiOf,
        cell: withInterval(
          'percent',
          roiOf,
          (row) => mapped(sum(row.margin, row.marginSquares), (of) => roi(of, row.spend)),
          ({ orders }) => orders,
        ),
      },
      coverageColumn(names.coverage.name),
      {
        id: 'cac',
        label: names.cac.name,
        kind: 'money',
        value: cac,
        cell: withInterval(
          'money',
          cac,
          (row) =>
            mapped(row.newCustomers === null ? undefined : countInterval(row.newCustomers), (of) =>
              ratio(row.spend, of),
            ),
          ({ newCustomers }) => newCustomers,
        ),
      },
      {
        id: 'cvr',
        label: names.conversion.name,
        kind: 'percent',
        value: cvr,
        cell: withInterval(
          'percent',
          cvr,
          ({ purchases, sessions }) => rateInterval(purchases ?? 0, sessions ?? 0),
          ({ purchases }) => purchases,
        ),
      },
      { id: 'new', label: names.newCustomers.name, kind: 'count', value: ({ newCustomers }) => newCustomers },
    ];
  }
  const all = toldColumns<ReturnsRow>(
    [
      ...columns,
      {
        id: 'bars',
        label: '',
        kind: 'text',
        value: () => null,
        cell: (row) => <Bars row={row} most={most} />,
      },
      ...figures(),
      ...(before ? [changeColumn(t.change, texts, formats)] : []),
    ],
    rows,
  );
  const { revenue: ofPaid, unmatched } = unmatchedOf(page, marts);
  const uncredited = uncreditedOf(rows);
  const { channel, country, device } = state.filters;
  const returns = marts['returns_daily'];
  const late =
    returns === undefined || country || device
      ? []
      : lateSpend(page.source.manifest, returns, { days: page.days, model, channel });
  const { spend_from: spendFrom } = page.source.manifest;
  const title = t.channels;
  if (step === 0) return null;
  return (
    <Card
      title={title}
      tools={
        <ExportButtons
          follows
          page={page}
          texts={texts}
          table={() =>
            exported(
              title,
              all.filter(({ id }) => id !== 'bars'),
              rows,
            )
          }
        />
      }
      note={
        <>
          {t.attributed(modelName(texts, model))} {t.intervals}{' '}
          {state.filters.country || state.filters.device
            ? t.spendUnknown
            : spendFrom && isoOf(page.days.from) < spendFrom
              ? t.spendFrom(formats.dayWithYear(dayNumber(spendFrom)))
              : null}
          {late.map((one) => (
            <span key={one.channel}>
              {' '}
              {texts.lateSpend(channelName(texts, one.channel), formats.dayWithYear(dayNumber(one.first)))}
            </span>
          ))}
          {uncredited === undefined ? null : ` ${texts.uncredited(formats.figure('percent', uncredited))}`}
          {unmatched < 0.005 || state.filters.campaign || state.filters.country || state.filters.device
            ? null
            : ` ${t.unmatched(formats.figure('money', unmatched), formats.figure('percent', ratio(unmatched, ofPaid)))}`}
        </>
      }
    >
      <DataTable
        label={title}
        columns={all}
        rows={step === undefined ? rows : rows.slice(0, firstRows)}
        rowId={({ id }) => id}
        rowClass={({ level }) => `level-${level}`}
        formats={formats}
        order={order}
        onOrder={(sort) => own({ sort })}
      />
    </Card>
  );
}
