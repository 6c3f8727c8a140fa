import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { Day } from '../shared/days.ts';

/** Feeds whose objects are one record a line, one answer of a reporting API, or a sheet. */
export type LineFeed = 'crm/orders' | 'crm/customers' | 'crm/products' | 'crm/inventory_items' | 'web/events';
export type AnswerFeed =
  | 'advertising/google_ads'
  | 'advertising/meta_ads'
  | 'advertising/tiktok_ads'
  | 'advertising/reports';
export type SheetFeed = 'influencers/roster' | 'influencers/deals' | 'influencers/posts' | 'reference/fx_rates';

/** What is to be landed: a finished file, and the key that it has in the lake. */
export interface LandedDocument {
  readonly key: string;
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly records: number;
}

interface Draft {
  readonly key: string;
  readonly path: string;
  readonly end: string;
  readonly isSingleDay: boolean;
  parts: string[];
  records: number;
  /** Of a sheet: the last row that was written. */
  row: number;
}

/** Signs that may wait in memory for their files. */
const waitingLimit = 1 << 24;

/** How the answer of each platform stands around its records. */
export const around: Readonly<Record<AnswerFeed, readonly [string, string]>> = {
  'advertising/google_ads': ['{"results":[\n', '\n]}\n'],
  'advertising/reports': ['{"records":[\n', '\n]}\n'],
  'advertising/meta_ads': ['{"data":[\n', '\n],"paging":{}}\n'],
  'advertising/tiktok_ads': [
    '{"code":0,"message":"OK","data":{"list":[\n',
    '\n],"page_info":{"page":1,"total_page":1}}}\n',
  ],
};

/** A document without its records: what it was made of counts no more, and nothing of raw vanishes. */
export function withoutRecords(key: string, text: string): string {
  if (key.endsWith('.csv')) return `${text.split('\n').find((line) => line.trim() !== '') ?? ''}\n`;
  const [, ends] = Object.entries(around).find(([feed]) => key.startsWith(`raw/${feed}/`)) ?? [];
  // What promises how many records it has is read as lines, also where it was an answer of a shop (`orders.json`).
  return ends === undefined ? '\n' : ends[0].trimEnd() + ends[1].trimStart();
}

/**
 * The documents that an import makes, in the shapes of the platforms' own interfaces: written to a folder as they grow,
 * so that what is held does not depend on the size of the file.
 */
export class Documents {
  readonly #folder: string;
  readonly #name: string;
  /** The person's own file, as JSON. */
  readonly #fileText: string;
  readonly #day: Day;
  readonly #drafts = new Map<string, Draft>();
  #waiting = 0;

  /**
   * `name`: of the documents, the same each time that the same file is imported; `file`: the person's own file, which
   * records tell; `day`: of its export.
   */
  constructor(
    folder: string,
    { name, file, day }: { readonly name: string; readonly file: string; readonly day: Day },
  ) {
    this.#folder = folder;
    this.#name = name;
    this.#fileText = JSON.stringify(file);
    this.#day = day;
  }

  /** One record of a day, from a row of the file. */
  async line(feed: LineFeed, day: Day, row: number, record: Readonly<Record<string, unknown>>): Promise<void> {
    const draft = this.#draft(`raw/${feed}/dt=${day}/${this.#name}.jsonl`, '', '', true);
    await this.#write(draft, `${this.#text(row, record)}\n`);
  }

  /** One record of whatever day: it stands under the day of the export. */
  async anyDay(feed: LineFeed, row: number, record: Readonly<Record<string, unknown>>): Promise<void> {
    const draft = this.#draft(`raw/${feed}/dt=${this.#day}/${this.#name}.jsonl`, '', '', false);
    await this.#write(draft, `${this.#text(row, record)}\n`);
  }

  /** One record of a report. */
  async reported(feed: AnswerFeed, row: number, record: Readonly<Record<string, unknown>>): Promise<void> {
    const [begin, end] = around[feed];
    const draft = this.#draft(`raw/${feed}/dt=${this.#day}/${this.#name}.json`, begin, end, false);
    await this.#write(draft, `${draft.records > 0 ? ',\n' : ''}${this.#text(row, record)}`);
  }

  /** One row of a sheet, in the row that it has in the person's own; the heading comes first. */
  async cells(feed: SheetFeed, row: number, cells: readonly string[], isHeading = false): Promise<void> {
    const draft = this.#draft(`raw/${feed}/dt=${this.#day}/${this.#name}.csv`, '', '', false);
    const empty = '\n'.repeat(Math.max(0, row - draft.row - 1));
    draft.row = Math.max(row, draft.row + 1);
    await this.#write(draft, empty + stringify([[...cells]], { delimiter: feed === 'reference/fx_rates' ? ',' : ';' }));
    if (isHeading) draft.records--;
  }

  /** How many records there are. */
  get records(): number {
    return [...this.#drafts.values()].reduce((sum, { records }) => sum + records, 0);
  }

  /** Writes what waits. Documents without a record are none. */
  async finish(): Promise<LandedDocument[]> {
    for (const draft of this.#drafts.values()) draft.parts.push(draft.end);
    await this.#flush();
    return [...this.#drafts.values()]
      .filter(({ records }) => records > 0)
      .map(({ key, path, records, isSingleDay }) => ({
        key,
        path,
        records,
        metadata: { rows: String(records), ...(isSingleDay && { 'single-day': 'true' }) },
      }));
  }

  #text(row: number, record: Readonly<Record<string, unknown>>): string {
    // A record that was imported before says where it stood then; a text with a name twice is read in two ways.
    const text = JSON.stringify(Object.hasOwn(record, '_import') ? { ...record, _import: undefined } : record);
    // Put behind the record's own fields: a copy of each record costs as much as its text.
    return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"_import":{"file":${this.#fileText},"row":${row}}}`;
  }

  #draft(key: string, begin: string, end: string, isSingleDay: boolean): Draft {
    const known = this.#drafts.get(key);
    if (known) return known;
    const path = join(this.#folder, `${this.#drafts.size}.txt`);
    const draft: Draft = { key, path, end, isSingleDay, parts: [begin], records: 0, row: 0 };
    this.#drafts.set(key, draft);
    return draft;
  }

  async #write(draft: Draft, text: string): Promise<void> {
    draft.records++;
    draft.parts.push(text);
    this.#waiting += text.length;
    if (this.#waiting > waitingLimit) await this.#flush();
  }

  async #flush(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const draft of this.#drafts.values()) {
      if (draft.parts.length === 0) continue;
      await appendFile(draft.path, draft.parts.join(''));
      draft.parts = [];
    }
    this.#waiting = 0;
  }
}
