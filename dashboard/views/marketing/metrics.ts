import type { Choice, MetricName, PeriodTotals, Totals } from '../../figures/totals.ts';
import { computed } from '../../figures/totals.ts';
import type { FigureKind } from '../../language/format.ts';
import { glossary, type TermName } from '../../language/glossary.ts';
import type { Page } from '../../app/view.ts';
import type { Kpi } from '../../parts/kpi-band.tsx';
import type { MarketingTexts } from './texts-en.ts';

interface Metric {
  readonly id: MetricName;
  readonly kind: FigureKind;
  readonly good: 1 | 0 | -1;
  /** What it is called when it is of the whole shop, and when it is shares of orders: never one name for both. */
  readonly blended: TermName;
  readonly attributed: TermName;
}

export const metrics: readonly Metric[] = [
  { id: 'revenue', kind: 'money', good: 1, blended: 'revenue', attributed: 'attributedRevenue' },
  { id: 'spend', kind: 'money', good: 0, blended: 'spend', attributed: 'spend' },
  { id: 'roas', kind: 'ratio', good: 1, blended: 'mer', attributed: 'roas' },
  { id: 'cac', kind: 'money', good: -1, blended: 'blendedCac', attributed: 'cac' },
  { id: 'conversion', kind: 'percent', good: 1, blended: 'conversion', attributed: 'conversion' },
  { id: 'newCustomers', kind: 'count', good: 1, blended: 'newCustomers', attributed: 'newCustomers' },
];

/** The figures of the choice, now and before, as the tiles show them. */
export function kpisOf(
  { language, days, before: daysBefore, formats }: Page,
  choice: Choice,
  now: PeriodTotals,
  before: PeriodTotals | undefined,
  t: MarketingTexts,
): Kpi[] {
  const names = glossary[language];
  const missing = (id: MetricName) => {
    if (['spend', 'roas', 'cac'].includes(id)) {
      if (choice.spend === null) return t.spendUnknown;
      const { from } = choice.spend;
      if (from !== undefined && Math.min(days.from, daysBefore?.from ?? days.from) < from)
        return t.spendFrom(formats.dayWithYear(from));
    }
    if (id !== 'conversion' || now.all.sessions !== null) return undefined;
    return choice.sessions === null ? t.sessionsUnknown : t.noVisits;
  };
  return metrics.map(({ id, kind, good, blended, attributed }) => {
    const of = (totals: Totals) => computed[id](totals);
    return {
      id,
      label: names[choice.isAttributed ? attributed : blended].name,
      kind,
      good,
      now: of(now.all),
      before: before && of(before.all),
      daily: now.daily.map(of),
      missing: missing(id),
    };
  });
}
