import { csvOf } from '../export/csv.ts';
import { glossary } from '../language/glossary.ts';
import type { Language } from '../language/language.ts';
import type { FigureKind } from '../language/format.ts';
import { isoOf } from '../../lambdas/shared/day-numbers.ts';
import { coverage, growth } from '../figures/ratios.ts';
import { marketingTexts } from '../views/marketing/texts.ts';
import { columnsOf, type ReportColumn } from './columns.ts';
import type { Report, ReportRow, ReportTable } from './report.ts';

/** Digits after the point: cents, and a hundredth of a per cent. Sums of shares have more, which say nothing. */
const digits: Readonly<Record<FigureKind, number>> = { money: 2, count: 2, percent: 4, ratio: 4 };

/** Of each thing the figures that it has, in one table for all: what is not known, or not of such a thing, is empty. */
export function reportCsv(report: Report, locale: Language): string {
  const { words, kpis, figures, tables, language, before } = report;
  const names = glossary[language];
  /** One column has the revenue of all, and one the margin: the section says where another kind is meant. */
  const sections: Readonly<Record<ReportTable['id'], string>> = {
    channels: `${words.channels} (${names.attributedRevenue.name}, ${report.model})`,
    incremental: `${marketingTexts[language].incremental} (${names.attributedRevenue.name}, ${report.model})`,
    campaigns: `${words.campaigns} (${names.attributedRevenue.name}, ${report.model})`,
    influencers: words.influencers,
    products: `${words.products} (${names.productRevenue.name}, ${names.grossMargin.name})`,
  };
  const figureColumns = new Map<string, ReportColumn>();
  for (const id of ['channels', 'products', 'incremental'] as const)
    for (const column of columnsOf(report, id)) if (!figureColumns.has(column.id)) figureColumns.set(column.id, column);
  // What is of the whole shop never stands under the name of what is attributed.
  for (const { id, label, kind } of kpis)
    if (!figureColumns.has(id)) figureColumns.set(id, { id, label, kind, of: () => null });
  const dated = before && `${isoOf(before.from)} – ${isoOf(before.to)}`;
  const columns = [...figureColumns.values()].map((column) =>
    column.id === 'before' && dated ? { ...column, label: `${column.label} (${dated})` } : column,
  );
  const line = (section: string, name: string, aside: string | null, of: (id: string) => number | null) => [
    section,
    name,
    aside,
    ...columns.map(({ id, kind }) => {
      const value = of(id);
      return value === null ? null : Number(value.toFixed(digits[kind]));
    }),
  ];
  const rowLine = ({ id }: ReportTable, row: ReportRow) => {
    const own = columnsOf(report, id);
    return line(sections[id], row.name, row.aside, (column) => own.find((one) => one.id === column)?.of(row) ?? null);
  };
  const revenue = kpis.find(({ id }) => id === 'revenue');
  const ofAll: Readonly<Record<string, number | null>> = {
    ...Object.fromEntries(kpis.map(({ id, now }) => [id, now])),
    coverage: report.coverage,
    before: revenue?.before ?? null,
    change: growth(revenue?.now ?? null, revenue?.before ?? null),
  };
  return csvOf(
    {
      title: words.title,
      columns: [
        { label: words.section, kind: 'text' },
        { label: words.name, kind: 'text' },
        { label: '', kind: 'text' },
        ...columns.map(({ id, label, kind }) => ({ label: id === 'revenue' ? names.revenue.name : label, kind })),
      ],
      rows: [
        line(words.total, words.all, null, (id) => ofAll[id] ?? null),
        ...tables.flatMap((table) => table.rows.map((row) => rowLine(table, row))),
        ...figures.daily.map((one) =>
          line(words.day, isoOf(one.day), null, (id) =>
            id === 'spend' || id === 'revenue' || id === 'orders' || id === 'margin' || id === 'newCustomers'
              ? one[id]
              : id === 'coverage'
                ? coverage(one.covered, one.revenue)
                : null,
          ),
        ),
      ],
    },
    locale,
  );
}
