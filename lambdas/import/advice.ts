import { addDays } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import type { Looked } from './looked.ts';
import { allImports } from './land.ts';
import { olderOrders } from './older-orders.ts';
import type { Part } from './understand.ts';

async function holds(lake: Lake, parts: readonly Part[], prefix: string): Promise<boolean> {
  if (parts.some(({ documents }) => documents.some(({ key }) => key.startsWith(prefix)))) return true;
  for await (const _ of lake.keys(prefix)) return true;
  return false;
}

/** Days by which one source may end before another without a word: exports of one afternoon. */
const patience = 3;

/** Sources that end much earlier than others: what they lack looks as if nothing had been spent or sold. */
function endings(parts: readonly Part[]): string[] {
  const ends = parts.flatMap(({ source, report, days, shape }) =>
    days === undefined || shape.startsWith('influencer') || shape.startsWith('ecb')
      ? []
      : [{ name: `${source}, ${report}`, to: days.to }],
  );
  const last = ends
    .map(({ to }) => to)
    .toSorted()
    .at(-1);
  if (last === undefined) return [];
  return ends
    .filter(({ to }) => to < addDays(last, -patience))
    .map(
      ({ name, to }) =>
        `${name} ends on ${to}, another file on ${last}: on the days between, it looks as if there were nothing. Export it again to the same day.`,
    );
}

/** A report of advertisements, as it is to be imported or was. */
interface Report extends Pick<Part, 'shape' | 'days' | 'restated'> {
  readonly file: string;
  readonly exportedAt: string;
}

const campaignsOf = ({ restated }: Report) => Object.entries(restated?.campaigns ?? {});

/** Whether the newer of two reports replaces days of the older. */
const replaces = (newer: Report, older: Report) =>
  newer.shape === older.shape &&
  newer.restated?.account === older.restated?.account &&
  newer.restated?.level === older.restated?.level &&
  newer.days !== undefined &&
  older.days !== undefined &&
  newer.days.from <= older.days.to &&
  older.days.from <= newer.days.to;

/**
 * Reports that take campaigns away: two parts of one account, exported apart, are not one report and its correction.
 */
export async function replaced(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const reports: Report[] = [];
  for await (const { file, exported_at: exportedAt, parts } of allImports(lake))
    for (const { shape, days, restated } of parts)
      if (restated) reports.push({ file, exportedAt, shape, days, restated });
  const before = reports.length;
  for (const one of looked)
    if (one.kind === 'understood')
      for (const { shape, days, restated } of one.understood.parts)
        if (restated)
          reports.push({
            file: one.name,
            exportedAt: one.understood.file.exportedAt.toISOString(),
            shape,
            days,
            restated,
          });
  const lines: string[] = [];
  for (const [at, one] of reports.entries())
    for (const other of reports.slice(Math.max(at + 1, before))) {
      const [older, newer] = one.exportedAt <= other.exportedAt ? [one, other] : [other, one];
      if (!replaces(newer, older)) continue;
      // Copies are often as old as each other; the days of reports are told by the second.
      if (older.file !== newer.file && older.exportedAt.slice(0, 19) === newer.exportedAt.slice(0, 19))
        lines.push(
          `${older.file} and ${newer.file} tell of the same days, and were written in the same second: which of them corrects the other cannot be known. Import the newer one alone.`,
        );
      const lost = campaignsOf(older).filter(([id]) => newer.restated?.campaigns[id] === undefined);
      const [first] = lost;
      if (first)
        lines.push(
          `${newer.file} replaces the days that ${older.file} has too, and lacks ${lost.length === 1 ? 'its campaign' : `${lost.length} of its campaigns, as`} “${first[1]}”: their spend on these days is gone. If each file has a part of the account, export all campaigns in one report.`,
        );
    }
  return lines;
}

/** What the files lack together, and what to do about it: none of them can tell by itself. */
export async function advice(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const parts = looked.flatMap((one) => (one.kind === 'understood' ? one.understood.parts : []));
  const foreign = [...new Set(parts.flatMap(({ currencies }) => currencies))]
    .filter((currency) => currency !== 'EUR')
    .toSorted();
  const hasOrders = parts.some(({ shape }) => shape.startsWith('shopify-orders'));
  const spends = parts.some(({ shape }) => /-ads-/.test(shape));
  return [
    ...(foreign.length > 0 && !(await holds(lake, parts, 'raw/reference/fx_rates/'))
      ? [
          `Amounts in ${foreign.join(', ')} are refused until there are exchange rates: import eurofxref-hist.csv of the European Central Bank (https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip).`,
        ]
      : []),
    ...(hasOrders && !(await holds(lake, parts, 'raw/crm/products/'))
      ? [
          'There are orders and no products, so no cost of goods is known and no margin. In Shopify: Products, Export, all products.',
        ]
      : []),
    ...(spends && !hasOrders && !(await holds(lake, parts, 'raw/crm/orders/'))
      ? ['There is spend and no order, so no return can be told. In Shopify: Orders, Export, all orders.']
      : []),
    ...endings(parts),
    ...(await replaced(lake, looked)),
    ...(await olderOrders(lake, looked)),
  ];
}
