/** Figures of a report that no record of an answer has: whoever asked left them out, and they would be 0 without a sign. */
import * as z from 'zod';
import { Refused } from './refused.ts';

const figure = z.union([z.string(), z.number()]).optional().catch(undefined);
const record = z.looseObject({
  spend: figure,
  impressions: figure,
  clicks: figure,
  inline_link_clicks: figure,
  metrics: z.object({ costMicros: figure, impressions: figure, clicks: figure }).partial().optional().catch(undefined),
});
const isSome = (value: string | number | undefined) => Number(value ?? 0) > 0;

/** Of so many impressions there is a click, in any campaign that is one. */
const fewest = 10_000;

/** Of the answers of Google and Meta, which leave out a figure of nothing. */
export class UnaskedFigures {
  readonly #feed: string;
  readonly #has = new Set<'cost' | 'clicks'>();
  #impressions = 0;
  #wasActive = false;

  constructor(feed: string) {
    this.#feed = feed;
  }

  look(value: unknown): void {
    const read = record.safeParse(value);
    if (!read.success) return;
    const { metrics, ...one } = read.data;
    const isGoogle = this.#feed === 'advertising/google_ads';
    const [cost, clicks] = isGoogle ? [metrics?.costMicros, metrics?.clicks] : [one.spend, one.inline_link_clicks];
    if (cost !== undefined) this.#has.add('cost');
    if (clicks !== undefined) this.#has.add('clicks');
    this.#impressions += Number((isGoogle ? metrics : one)?.impressions ?? 0);
    if (isSome(isGoogle ? metrics?.clicks : one.clicks)) this.#wasActive = true;
  }

  /** @throws Refused where what was spent is in no record, though there were clicks */
  get notes(): string[] {
    if (this.#feed === 'advertising/google_ads') {
      if (!this.#has.has('cost') && (this.#wasActive || this.#impressions >= fewest))
        throw new Refused(
          'No record of it has metrics.costMicros, though there were clicks or many impressions: what was ' +
            'spent would be 0. Ask for metrics.cost_micros, too (see docs/sources.md).',
        );
      return !this.#has.has('clicks') && this.#impressions >= fewest
        ? ['No record of it has metrics.clicks, so clicks are 0. Ask for metrics.clicks, too.']
        : [];
    }
    if (this.#feed !== 'advertising/meta_ads' || this.#has.has('clicks')) return [];
    return this.#wasActive || this.#impressions >= fewest
      ? ['No record of it has inline_link_clicks, so clicks are 0. Ask for the field inline_link_clicks, too.']
      : [];
  }
}
