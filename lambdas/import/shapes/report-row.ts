import type { Day } from '../../shared/days.ts';
import type { Keyword } from './keywords.ts';

/** A heading, folded, that is one of these. */
export const anyOf = (...names: readonly string[]): RegExp => new RegExp(`^(?:${names.join('|')})$`);

/** Fields that hold numbers, and what each is. */
export const numbers = {
  sends: 'count',
  impressions: 'count',
  clicks: 'count',
  spend: 'money',
  conversions: 'money',
  value: 'money',
} as const;
export type NumberField = keyof typeof numbers;

/** One row of an advertising report, of one day. Numbers are digits and a point; empty for nothing. */
export interface ReportRow extends Readonly<Record<NumberField, string>> {
  readonly row: number;
  readonly day: Day;
  readonly account: Named;
  /** Whether the report names it, or the person does. */
  readonly hasAccount: boolean;
  readonly currency: string;
  readonly campaign: Named;
  readonly adGroup: Named | undefined;
  readonly ad: Named | undefined;
  readonly keyword: Keyword | undefined;
  /** Whether the report is one of keywords or of search terms, which see a part of an account: see `ad_spend.level`. */
  readonly isView: boolean;
  readonly cell: (field: string) => string;
}

/** What a platform names: its id, or its name where the report has no id. */
export interface Named {
  readonly id: string;
  readonly name: string;
}
