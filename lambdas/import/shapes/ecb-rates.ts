import { Dates } from '../dates.ts';
import { DaySpan, LeftOuts, type Shape } from '../shape.ts';

/** The whole history has a slice for each day since 1999; what is sold now needs the last ones. */
const years = 5;

/** The European Central Bank's reference rates, of a day or of all days: a column a currency. */
export const ecbRates: Shape = {
  name: 'ecb-rates-csv',
  source: 'European Central Bank',
  report: 'euro reference rates',
  fields: { date: /^date$/, usd: /^usd$/, jpy: /^jpy$/, gbp: /^gbp$/, chf: /^chf$/ },
  needs: ['date', 'usd', 'jpy', 'gbp'],
  // The Bank quotes some thirty; a shop that sells in another adds a column of it.
  others: /^\s*[a-z]{3}\s*$/i,
  async convert(table, { documents, exportedAt }) {
    const leftOut = new LeftOuts();
    const oldest = `${exportedAt.getUTCFullYear() - years}-01-01`;
    const days = new DaySpan();
    const dates = new Dates('dmy');
    const headings = table.heading.written;
    await documents.cells('reference/fx_rates', table.heading.row, headings, true);
    let rows = 0;
    for await (const row of table.rows()) {
      rows++;
      const day = dates.read(table.cell(row, 'date'));
      if (day !== undefined && day < oldest) {
        leftOut.add(`a day before ${oldest}: no order is so old`, row.row);
        continue;
      }
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
      leftOut: leftOut.all,
      totals: [{ what: 'days', imported: String(documents.records) }],
      notes: [],
    };
  },
};
