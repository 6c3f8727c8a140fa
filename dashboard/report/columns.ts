import { isPartial } from '../../lambdas/shared/cost-coverage.ts';
import type { Figure } from '../figures/ratios.ts';
import type { FigureKind } from '../language/format.ts';
import { glossary } from '../language/glossary.ts';
import type { Language } from '../language/language.ts';
import { marketingTexts } from '../views/marketing/texts.ts';
import type { Report, ReportRow, ReportTable } from './report.ts';
import type { ReportTexts } from './texts.ts';

/** A column of figures: what it is called, how it is written, and what it shows of a row. */
export interface ReportColumn {
  readonly id: string;
  readonly label: string;
  readonly kind: FigureKind;
  readonly of: (row: ReportRow) => Figure;
}

/** The columns of figures that a table of a report has. */
export function columnsOf({ language, words, before, coverage }: Report, table: ReportTable['id']): ReportColumn[] {
  const names = glossary[language];
  if (table === 'incremental') return incrementalColumns(language, words);
  const isProduct = table === 'products';
  const isAttributed = table === 'channels' || table === 'campaigns';
  const columns: (ReportColumn | undefined)[] = [
    isProduct ? { id: 'units', label: names.units.name, kind: 'count', of: ({ units }) => units } : undefined,
    isProduct ? undefined : { id: 'spend', label: names.spend.name, kind: 'money', of: ({ spend }) => spend },
    {
      id: 'revenue',
      label: (isAttributed ? names.attributedRevenue : isProduct ? names.productRevenue : names.revenue).name,
      kind: 'money',
      of: ({ revenue }) => revenue,
    },
    { id: 'orders', label: names.orders.name, kind: 'count', of: ({ orders }) => orders },
    {
      id: 'margin',
      label: isProduct ? names.grossMargin.name : names.margin.name,
      kind: 'money',
      of: ({ margin }) => margin,
    },
    isPartial(coverage)
      ? { id: 'coverage', label: names.coverage.name, kind: 'percent', of: (row) => row.coverage }
      : undefined,
    isProduct ? undefined : { id: 'roas', label: 'ROAS', kind: 'ratio', of: ({ roas }) => roas },
    isProduct ? undefined : { id: 'roi', label: names.roi.name, kind: 'percent', of: ({ roi }) => roi },
    isProduct
      ? undefined
      : { id: 'newCustomers', label: names.newCustomers.name, kind: 'count', of: ({ newCustomers }) => newCustomers },
    isProduct ? undefined : { id: 'cac', label: 'CAC', kind: 'money', of: ({ cac }) => cac },
    before ? { id: 'before', label: words.before, kind: 'money', of: (row) => row.before ?? null } : undefined,
    before ? { id: 'change', label: words.change, kind: 'percent', of: ({ change }) => change ?? null } : undefined,
  ];
  return columns.filter((column) => column !== undefined);
}

/** What a channel is credited with, beside what it caused. */
function incrementalColumns(language: Language, words: ReportTexts): ReportColumn[] {
  const [names, t] = [glossary[language], marketingTexts[language]];
  return [
    { id: 'spend', label: names.spend.name, kind: 'money', of: ({ spend }) => spend },
    { id: 'revenue', label: names.attributedRevenue.name, kind: 'money', of: ({ revenue }) => revenue },
    { id: 'orders', label: names.orders.name, kind: 'count', of: ({ orders }) => orders },
    { id: 'roas', label: 'ROAS', kind: 'ratio', of: ({ roas }) => roas },
    { id: 'roi', label: names.roi.name, kind: 'percent', of: (row) => row.roi },
    { id: 'causedOrders', label: t.causedOrders, kind: 'count', of: ({ caused }) => caused?.orders ?? null },
    {
      id: 'causedRevenue',
      label: names.incrementalRevenue.name,
      kind: 'money',
      of: ({ caused }) => caused?.revenue ?? null,
    },
    { id: 'causedLow', label: words.atLeast, kind: 'money', of: ({ caused }) => caused?.revenueLow ?? null },
    { id: 'causedHigh', label: words.atMost, kind: 'money', of: ({ caused }) => caused?.revenueHigh ?? null },
    { id: 'causedRoi', label: names.incrementalRoi.name, kind: 'percent', of: ({ caused }) => caused?.roi ?? null },
  ];
}
