import { Amounts, fullCount, micros } from '../amounts.ts';
import type { ImportContext } from '../shape.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { headingsOf, platformOf, type dayWriter, type Filled } from './influencer-rows.ts';
import type { Unfit } from './unfit.ts';

/** Followers from which a tier begins. */
const tiers = [
  [500_001, 'top'],
  [100_000, 'macro'],
  [10_000, 'micro'],
  [0, 'nano'],
] as const;

/** How many followers cells tell; what tells none is left as it is. */
function followersOf(table: Table, rows: readonly Filled[], notes: Set<string>): (text: string) => string {
  const amounts = new Amounts(table.language);
  for (const { cell } of rows) amounts.learn(cell('followers'), 'count');
  return (text) => {
    const full = fullCount(text);
    if (full === undefined) return amounts.read(text, 'count');
    notes.add(`“${text}” followers are ${Number(full).toLocaleString('en-GB')}, rounded as the platform shows them.`);
    return full;
  };
}

/** Writes the roster: one row an influencer, the first that tells followers. @returns how many can be read */
export async function writeRoster(
  table: Table,
  rows: readonly Filled[],
  day: ReturnType<typeof dayWriter>,
  context: ImportContext,
  { notes, unfit }: { readonly notes: Set<string>; readonly unfit: Unfit },
): Promise<number> {
  const followers = followersOf(table, rows, notes);
  await context.documents.cells('influencers/roster', table.heading.row, headingsOf('raw_influencer_roster'), true);
  const seen = new Set<string>();
  let read = 0;
  for (const one of rows) {
    const [handle, platform] = [one.cell('handle'), platformOf(table, one, notes)];
    const key = `${platform} ${folded(handle)}`;
    if (seen.has(key) || one.cell('followers') === '') continue;
    seen.add(key);
    const told = followers(one.cell('followers'));
    const count = micros(told) === undefined ? undefined : Number(told);
    const tier = one.cell('tier') || tiers.find(([from]) => count !== undefined && count >= from)?.[1] || '';
    const signed =
      day(one.cell('signed_on') || one.cell('start')).written ||
      context.exportedAt.toISOString().slice(0, 10).split('-').toReversed().join('/');
    await context.documents.cells('influencers/roster', one.row, [
      handle,
      one.cell('name'),
      platform,
      tier,
      fullCount(one.cell('followers')) ?? one.cell('followers'),
      signed,
    ]);
    if (count === undefined)
      unfit.add(
        one.row,
        `“${table.headingOf('followers')}” is “${one.cell('followers')}”`,
        'write it in full, as 125000',
      );
    else if (unfit.isHandle(one.row, table.headingOf('handle'), handle)) read += 1;
  }
  return read;
}
