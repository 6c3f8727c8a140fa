/** Records of a platform's answer that ad_spend is going to refuse: by its own rule, before they are landed. */
import * as z from 'zod';
import { unknownDimension } from '../shared/report-dimensions.ts';
import { inWords, partsOf } from '../shared/schema/reject-rules.ts';
import { Refused } from './refused.ts';

const given = z.union([z.string().min(1), z.number()]);
const fields = {
  'advertising/google_ads': [
    'customer.id',
    'customer.currencyCode',
    'campaign.id',
    'campaign.name',
    'metrics',
    'campaign.advertisingChannelType',
  ],
  'advertising/meta_ads': ['account_id', 'account_currency', 'campaign_id', 'campaign_name', 'spend', 'impressions'],
  'advertising/tiktok_ads': ['metrics.currency', 'metrics.campaign_name', 'metrics.spend'],
} as const;
const fieldsOf = new Map<string, readonly string[]>(Object.entries(fields));
const object = z.record(z.string(), z.unknown());

function has(record: Readonly<Record<string, unknown>>, path: string): boolean {
  const value = path.split('.').reduce<unknown>((one, name) => object.safeParse(one).data?.[name], record);
  if (path === 'metrics') return object.safeParse(value).success;
  return given.safeParse(value).success && !(path.endsWith('ChannelType') && value === 'UNSPECIFIED');
}

const words = (reason: string) => {
  const { rule, subject } = partsOf(reason);
  if (rule === 'required')
    return (
      `The field ${subject} is missing, and every record needs it. Ask the platform for it, too (see ` +
      'docs/sources.md).'
    );
  return inWords(rule, { field: subject, isSheet: false, prefix: '', headings: [] });
};

/** Of the records of one answer, those that are going to be refused, by the reason. */
export class RefusedAhead {
  readonly #feed: string;
  readonly #reasons = new Map<string, number>();

  constructor(feed: string) {
    this.#feed = feed;
  }

  /** Whether it is one of them. */
  look(value: unknown): boolean {
    const record = object.safeParse(value).data;
    if (record === undefined) return false;
    const dimension = unknownDimension(this.#feed, record);
    const lacking = fieldsOf.get(this.#feed)?.find((path) => !has(record, path));
    const reason =
      dimension !== undefined ? `dimension:${dimension}` : lacking === undefined ? undefined : `required:${lacking}`;
    if (reason === undefined) return false;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    return true;
  }

  /** @throws Refused where all records are refused */
  notes(records: number): string[] {
    const reasons = [...this.#reasons].toSorted(([, a], [, b]) => b - a);
    const refused = reasons.reduce((sum, [, count]) => sum + count, 0);
    if (refused > 0 && refused === records) throw new Refused(reasons.map(([reason]) => words(reason)).join(' '));
    return reasons.map(
      ([reason, count]) =>
        `${count} ${count === 1 ? 'record is' : 'records are'} going to be refused, and ` +
        `${count === 1 ? 'is' : 'are'} not in the sum. ${words(reason)}`,
    );
  }
}
