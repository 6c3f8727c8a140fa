import type { ViewProps } from '../../app/view.ts';
import { HeatMap, type HeatRow } from '../../charts/heat-map.tsx';
import { dateOf, monthOf, type DayNumber } from '../../../lambdas/shared/day-numbers.ts';
import { numbersOf } from '../../data/mart.ts';
import { ratio } from '../../figures/ratios.ts';
import { Card } from '../../parts/card.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { marketingTexts } from './texts.ts';

const monthIndex = (day: DayNumber) => dateOf(day).getUTCFullYear() * 12 + dateOf(day).getUTCMonth();

/** The rows of the cohorts: revenue per customer, added up month by month, until the month in which the data ends. */
function rowsOf(
  mart: NonNullable<ViewProps['marts'][string]>,
  to: DayNumber,
): { month: DayNumber; customers: number; sums: number[] }[] {
  const [first, later, customers, revenue] = ['first_month', 'months_later', 'customers', 'net_revenue_eur'].map(
    (name) => numbersOf(mart, name),
  );
  const cohorts = new Map<DayNumber, { month: DayNumber; customers: number; sums: number[] }>();
  for (let row = 0; row < mart.rows; row++) {
    const month = first?.[row] ?? 0;
    const months = Math.max(0, monthIndex(to) - monthIndex(month)) + 1;
    const cohort = cohorts.get(month) ?? {
      month,
      customers: customers?.[row] ?? 0,
      sums: Array.from({ length: months }, () => 0),
    };
    const at = later?.[row] ?? 0;
    cohort.sums[at] = (cohort.sums[at] ?? 0) + (revenue?.[row] ?? 0);
    cohorts.set(month, cohort);
  }
  return [...cohorts.values()].toSorted((a, b) => a.month - b.month);
}

/**
 * What customers brought, by the month of their first order; a month that is not over is marked, since it still grows.
 */
export function Cohorts({ page, marts }: ViewProps) {
  const { texts, formats, language, known } = page;
  const t = marketingTexts[language];
  const mart = marts['cohorts_monthly'];
  if (mart === undefined || mart.rows === 0) return null;
  const isMonthOver = monthOf(known.to + 1) !== monthOf(known.to);
  const cohorts = rowsOf(mart, known.to);
  const rows = cohorts.map(({ month, customers, sums }): HeatRow => {
    let sum = 0;
    return {
      id: monthOf(month),
      label: formats.month(month),
      aside: customers,
      cells: sums.map((revenue, i) => {
        sum += revenue;
        return { value: ratio(sum, customers), isYoung: !isMonthOver && i === sums.length - 1 };
      }),
    };
  });
  const columns = Math.max(...rows.map(({ cells }) => cells.length));
  const labels = Array.from({ length: columns }, (_, i) => t.monthsLater(i));
  const table = () => ({
    title: t.cohorts,
    columns: [
      { label: t.cohort, kind: 'text' as const },
      { label: t.customers, kind: 'count' as const },
      ...labels.map((label) => ({ label, kind: 'money' as const })),
    ],
    rows: rows.map(({ id, aside, cells }) => [id, aside, ...labels.map((_, i) => cells[i]?.value ?? null)]),
  });
  return (
    <Card title={t.cohorts} note={t.cohortsNote} tools={<ExportButtons texts={texts} table={table} />}>
      <HeatMap
        label={t.cohorts}
        head={t.cohort}
        asideHead={t.customers}
        columns={labels}
        rows={rows}
        young={t.stillGrowing}
        formats={formats}
      />
    </Card>
  );
}
