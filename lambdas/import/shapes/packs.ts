/** Lists of suppliers, whose prices may be those of a box: what a unit costs is another thing. */
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';

const packs =
  /\b(?:conditionnements?|colisage|pcb|packagings?|pack(?:ing)? ?(?:size|qty|quantity|unit)s?|case ?(?:size|pack|qty)|(?:units?|pieces?|pcs|qty|unites?|quantite) (?:per|by|par) \p{L}+|price unit|unite (?:de )?(?:prix|facturation|vente)|verpackungseinheit|preiseinheit|ve)\b/u;

/** What is to be told where an unread column says that something is sold in boxes. */
export async function packNotes(table: Table): Promise<string[]> {
  const read = new Set(table.heading.columns.values());
  const columns = table.heading.written.flatMap((heading, at) =>
    !read.has(at) && packs.test(folded(heading)) ? [{ heading, at }] : [],
  );
  if (columns.length === 0) return [];
  for await (const { row, cells } of table.rows())
    for (const { heading, at } of columns) {
      const text = cells[at]?.trim() ?? '';
      if (Number(/\d+/.exec(text)?.[0] ?? 0) > 1)
        return [
          `“${heading}” is not read (row ${row}: “${text}”), and each cost is taken for that of one unit. If ` +
            'it is that of a whole pack, write what a unit costs.',
        ];
    }
  return [];
}
