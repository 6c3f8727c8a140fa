/** Events of other tools as the shop's own tracker sends them. */
import { createHash } from 'node:crypto';
import type { Documents } from './documents.ts';
import { DaySpan, LeftOuts, type Converted } from './shape.ts';
import { micros } from './amounts.ts';
import { instantOf } from './dates.ts';
import { KeptAmounts, KeptItems, whyNotKept } from './kept-events.ts';
import { CurrencySums } from './currency-sums.ts';
import { Sites } from './sites.ts';

/** What an export tells of one event; what it does not is left out. */
export interface WebEvent {
  /** What makes it one, where it has no id of its own. */
  readonly id: string | readonly unknown[];
  readonly name: string;
  readonly at: Date;
  readonly visitor: string | undefined;
  /** Of which site a tool that knows several tells it. */
  readonly site?: string | undefined;
  readonly customer?: string | undefined;
  readonly url: string | undefined;
  readonly referrer?: string | undefined;
  readonly title?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly language?: string | undefined;
  readonly order?:
    | {
        readonly id?: string | undefined;
        readonly value?: string | undefined;
        readonly currency?: string | undefined;
        readonly coupon?: string | undefined;
      }
    | undefined;
  readonly items?:
    | readonly {
        readonly item_id?: string | undefined;
        readonly item_name?: string | undefined;
        readonly item_category?: string | undefined;
        readonly price?: number | undefined;
        readonly quantity?: number | undefined;
      }[]
    | undefined;
}

/** A moment as tools write it: with an offset, or without one in UTC; BigQuery writes ` UTC` behind it. Invalid where it is none. */
export function utcMoment(text: string): Date {
  const plain = text.replace(/ UTC$/, 'Z');
  const written = /Z$|[+-]\d{2}:?\d{2}$/.test(plain) ? plain.replace(' ', 'T') : `${plain.replace(' ', 'T')}Z`;
  return instantOf(written) ?? new Date(Number.NaN);
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function eventId(id: WebEvent['id']): string {
  if (typeof id === 'string' && uuid.test(id)) return id.toLowerCase();
  const hex = createHash('sha256').update(JSON.stringify(id)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** Writes events, and adds up what they tell. */
export class WebEvents {
  readonly #documents: Documents;
  readonly #days = new DaySpan();
  readonly #revenue = new CurrencySums();
  readonly #orders = new Set<string>();
  readonly #items = new KeptItems();
  readonly #amounts = new KeptAmounts();
  readonly #sites = new Sites();
  readonly leftOut = new LeftOuts();
  #purchases = 0;
  /** Rows of the file that were looked at. */
  rows = 0;

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** Whether the event was written. */
  async write(row: number, event: WebEvent): Promise<boolean> {
    const { name, at, url, order } = event;
    const value = this.#amounts.of(order?.value);
    const why = Number.isNaN(at.getTime())
      ? 'no time that can be read'
      : whyNotKept({ name, url, value, currency: order?.currency });
    if (why !== undefined) {
      this.leftOut.add(why, row);
      return false;
    }
    if (event.site !== undefined) this.#sites.add(event.site);
    const items = this.#items.of(event.items);
    const time = at.toISOString();
    this.#days.add(time.slice(0, 10));
    if (name === 'purchase') {
      this.#purchases++;
      this.#revenue.add('revenue', micros(order?.value ?? '') ?? 0n, order?.currency);
      if (order?.id !== undefined) this.#orders.add(order.id);
    }
    await this.#documents.line('web/events', time.slice(0, 10), row, {
      event_id: eventId(event.id),
      event_name: name,
      event_time: time,
      received_at: time,
      visitor_id: event.visitor ?? null,
      customer_id: event.customer ?? null,
      page: { url, referrer: event.referrer ?? '', title: event.title ?? '' },
      user_agent: event.userAgent,
      language: event.language,
      // Who did not consent is not in these exports.
      consent: { analytics: true, ads: false },
      ...((order !== undefined || items !== undefined) && {
        ecommerce: {
          transaction_id: name === 'purchase' ? order?.id : undefined,
          value,
          currency: order?.currency,
          coupon: order?.coupon,
          items,
        },
      }),
    });
    return true;
  }

  /** What there was. */
  converted(notes: readonly string[] = []): Converted {
    return {
      currencies: this.#revenue.currencies,
      timeZone: 'UTC',
      days: this.#days.range,
      rows: this.rows,
      leftOut: this.leftOut.all,
      totals: [
        { what: 'events', imported: String(this.#documents.records) },
        { what: 'purchases', imported: String(this.#purchases) },
        ...this.#revenue.totals,
      ],
      notes: [
        ...(this.#purchases > 0 && this.#orders.size === 0
          ? ['No purchase tells the number of its order, so none can be joined to it.']
          : []),
        ...this.#amounts.notes,
        ...this.#items.notes,
        ...this.#sites.notes,
        ...notes,
      ],
    };
  }
}
