import type { Day } from '../shared/days.ts';
import {
  firstSpend,
  spendBeginsSql,
  spendEndsSql,
  unknownSpendSql,
  type EndedSpend,
  type LateSpend,
} from '../shared/known-spend.ts';
import type { AnswerRow, Warehouse } from '../shared/ports/warehouse.ts';
import { seenDays, type SeenDays } from '../shared/seen-days.ts';

/** The days of which a publication can tell. */
export interface KnownDays {
  /** Those that the shop has seen. */
  readonly seen: SeenDays | undefined;
  /** The first of which advertising reports tell. */
  readonly spendFrom: Day | undefined;
  /** Paid channels that are credited with revenue and of which no cost is known on any day. */
  readonly unknownSpend: readonly string[];
  /** The first day on which each channel cost anything. */
  readonly spendBegins: readonly LateSpend[];
  /** The last day of the reports of each platform. */
  readonly spendEnds: readonly EndedSpend[];
}

/** Asks a lake for the days that it knows. */
export async function knownDays(warehouse: Pick<Warehouse, 'query'>): Promise<KnownDays> {
  const [seen, spendFrom, unknown, begins, ends] = await Promise.all([
    seenDays(warehouse),
    firstSpend(warehouse),
    warehouse.query(unknownSpendSql('true')),
    warehouse.query(spendBeginsSql),
    warehouse.query(spendEndsSql),
  ]);
  const text = (value: AnswerRow[number] | undefined) => (typeof value === 'string' ? value : '');
  return {
    seen,
    spendFrom,
    unknownSpend: unknown.rows.map(([channel]) => text(channel)),
    spendBegins: begins.rows.map(([channel, first]) => ({ channel: text(channel), first: text(first) })),
    spendEnds: ends.rows.map(([platform, last]) => ({ platform: text(platform), last: text(last) })),
  };
}
