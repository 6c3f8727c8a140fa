import { whole, type StreamedAnswer } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import type { Zone } from '../lambdas/shared/schema/table.ts';
import { cell } from './cell.ts';
import { table } from './table.ts';

/** What a statement lists in place of rows: the tables, or the columns of one. */
export function listingOf(sql: string): 'tables' | 'columns' | undefined {
  const words = sql.trim().replace(/;$/, '').trim();
  if (/^show\s+tables$/i.test(words)) return 'tables';
  return /^(?:show\s+columns\s+from|desc(?:ribe)?)\s+\w+$/i.test(words) ? 'columns' : undefined;
}

const groups: readonly (readonly [zone: Zone | undefined, heading: string])[] = [
  ['marts', 'marts: made for questions; begin with roi_by_channel_daily'],
  ['curated', 'curated: the records of the sources, cleaned'],
  ['ops', 'ops: what the pipeline did'],
  ['raw', 'raw: the records as they came'],
  [undefined, 'others'],
];

const firstSentence = (text: string) => text.split(/(?<=\.)\s/, 1)[0]?.replace(/\.$/, '') ?? '';

/** The tables that an engine lists, by their zone, each with what a row is. */
export async function tablesText(answer: StreamedAnswer, width: number | undefined): Promise<string> {
  const catalog = loadCatalog();
  const names = (await whole(answer)).rows.map(([name]) => cell(name));
  const nameWidth = Math.max(...names.map((name) => name.length));
  const blocks = groups.flatMap(([zone, heading]) => {
    const rows = names
      .filter((name) => catalog.get(name)?.zone === zone)
      // Of one width, so that the groups stand under each other.
      .map((name) => [name.padEnd(nameWidth), firstSentence(catalog.get(name)?.description ?? '')]);
    if (rows.length === 0) return [];
    return [
      `${heading}\n\n${table(['table', 'what a row is'], rows, { rightAligned: [false, false], width, wrapsLast: true })}\n`,
    ];
  });
  return `${blocks.join('\n')}\n(${names.length} tables; DESCRIBE orders shows the columns of one)\n`;
}
