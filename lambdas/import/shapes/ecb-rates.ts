import { Dates } from '../dates.ts';
import { DaySpan, type Shape } from '../shape.ts';

/** The European Central Bank's reference rates, of a day or of all days: a column a currency. */
export const ecbRates: Shape = {
  name: 'ecb-rates-csv',
  source: 'European Central Bank',
  report: 'euro reference rates',
  fields: { date: /^date$/, usd: /^usd$/, jpy: /^jpy$/, gbp: /^gbp$/, chf: /^chf$/ },
  needs: ['date', 'usd', 'jpy', 'gbp'],
  async convert(table, { documents }) {
    const days = new DaySpan();
    const dates = new Dates('dmy');
    const headings = table.heading.written;
    await documents.cells('reference/fx_rates', table.heading.row, headings, true);
    let rows = 0;
    for await (const row of table.rows()) {
      rows++;
      const day = dates.read(table.cell(row, 'date'));
      if (day !== undefined) days.add(day);
      await documents.cells(
        'reference/fx_rates',
        row.row,
        row.cells.map((cell) => cell.trim()),
      );
    }
    return {
      currencies: [],
      days: days.range,
      rows,
      leftOut: [],
      totals: [{ what: 'days', imported: String(rows) }],
      notes: [],
    };
  },
};
