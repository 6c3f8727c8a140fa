/** Ids that a spreadsheet has rounded without a sign of it: it keeps 15 digits of a number, and writes zeros for the others. */
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import type { Table } from '../table.ts';

const kept = 15;
const named = [
  ['campaign_id', 'campaign'],
  ['ad_group_id', 'ad_group'],
  ['ad_id', 'ad'],
] as const;

/** So many zeros are no chance, in one id or in several. */
const certain = 4;

/**
 * @throws Refused where all long ids of a column end in zeros beyond what a spreadsheet keeps; where there are few, that is
 * noted
 */
export function refuseRoundedIds(table: Table, rows: readonly Row[], notes: Set<string>): void {
  for (const [field, name] of named) {
    if (!table.has(field)) continue;
    const ids = new Map<string, string>();
    for (const row of rows) {
      const id = table.cell(row, field);
      if (id.length <= kept || !/^\d+$/.test(id)) continue;
      if (!/^0+$/.test(id.slice(kept))) {
        ids.clear();
        break;
      }
      const [called, before] = [table.cell(row, name), ids.get(id)];
      if (before !== undefined && before !== called && called !== '')
        throw new Refused(wordsOf(table, field, id, ` “${before}” and “${called}” have the same.`));
      ids.set(id, called);
    }
    const [first] = ids.keys();
    if (first === undefined) continue;
    const zeros = [...ids.keys()].reduce((sum, id) => sum + id.length - kept, 0);
    if (zeros >= certain) throw new Refused(wordsOf(table, field, first, ''));
    notes.add(
      `“${table.headingOf(field)}” is ${first}: if a spreadsheet has rounded it, it meets no other report and ` +
        'no link. Then take the file out again (sillage import --undo FILE), and import it as it was downloaded.',
    );
  }
}

const wordsOf = (table: Table, field: string, id: string, more: string) =>
  `All long ids of “${table.headingOf(field)}” end in zeros (${id}): a spreadsheet has rounded them, and they ` +
  `meet no other report and no link.${more} Export the file again, and import it as it came, without opening ` +
  'and saving it.';
