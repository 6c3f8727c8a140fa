/** Objects and records without a person. What is not the person's keeps its every byte. */
import { dirname } from 'node:path/posix';
import { gzipSync } from 'node:zlib';
import { isImportedFile } from '../import/land.ts';
import { gzipLevel } from '../shared/gzip.ts';
import { parsedJson } from '../shared/json-texts.ts';
import { parquetRows } from '../shared/parquet-rows.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { isLandReject } from '../shared/schema/ops-keys.ts';
import { landedFeed } from '../land/land.ts';
import { packed, unpacked } from '../land/aggregated.ts';
import { buyerNames } from './buyers.ts';
import { noChanges, type Changes } from './changes.ts';
import { failedBatchIn, isBase64, isFailedBatch } from './failed-batch.ts';
import { beginningOf, changedDocument, isLines } from './json-lists.ts';
import { keptCustomer, keptOrder } from './kept-order.ts';
import { blocks, linesWithEnds, opened, parquetRowsOf, utf8, type Letters, type Opened } from './opened.ts';
import { Finder, type Person } from './person.ts';
import type { Substitutes } from './plan.ts';
import { isOwn, isPersonal, namesOf, type Names } from './records.ts';
import { lookInto } from './search.ts';
import { changedSheet } from './sheet.ts';

/** An object as it is to be; without a body where nothing is left that it could be. */
export interface Rewritten {
  readonly body: Buffer | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly changes: Changes;
}

const removedWhole = (metadata: Readonly<Record<string, string>>): Rewritten => ({
  body: undefined,
  metadata,
  changes: { ...noChanges(), removed: 1 },
});

/** Takes one person out of what it is given. */
export class Rewriter {
  readonly #catalog: Catalog;
  readonly #person: Person;
  readonly #substitutes: ReadonlyMap<string, string> | undefined;
  /** Finds the person in any text. */
  readonly finder: Finder;
  /** Finds what may be the person's, also by ids that are too short to be looked for in texts. */
  readonly #wide: Finder;
  readonly #others: ReadonlySet<string>;
  readonly #testTags: ReadonlySet<string>;

  /**
   * @param substitutes the ids that kept orders have in the place of the customers'; undefined where orders are erased
   * @param others the folders of imported files that tell of no persons: a report of advertising has numbers that are
   *   an order's, too
   * @param testTags the tags of orders that count as tests, in lower case: of what is kept they stay
   */
  constructor(
    catalog: Catalog,
    person: Person,
    substitutes: Substitutes | undefined,
    others: ReadonlySet<string> = new Set(),
    testTags: ReadonlySet<string> = new Set(),
  ) {
    this.#catalog = catalog;
    this.#person = person;
    this.#others = others;
    this.#testTags = testTags;
    this.#substitutes =
      substitutes && new Map(substitutes.flatMap(([names, id]) => names.map((name) => [name, id] as const)));
    this.finder = new Finder(person);
    this.#wide = new Finder(person, [...person.orders, ...person.sharedVisitors], 1);
  }

  /** The feed that an object of raw belongs to. */
  feedOf(key: string): Table | undefined {
    return [...this.#catalog.values()].find(({ zone, prefix }) => zone === 'raw' && key.startsWith(prefix));
  }

  /** Whether an object may have something of the person: a quick look, after which some are looked into for nothing. */
  async mayConcern(key: string, body: Buffer): Promise<boolean> {
    if (isFailedBatch(key)) return true;
    const open = await opened(body);
    if (open.kind === 'parquet') return isLandReject(key) || isImportedFile(key);
    return open.kind !== 'closed' && this.#mayHold(open);
  }

  /** An object without the person; undefined where it has nothing of it, or cannot be looked into. */
  async object(key: string, body: Buffer, metadata: Readonly<Record<string, string>>): Promise<Rewritten | undefined> {
    const changes = noChanges();
    const isChanged = () => changes.removed + changes.masked + changes.stripped > 0;
    const open = await opened(body);
    if (isImportedFile(key)) return this.#importedFile(key, body, metadata);
    if (open.kind === 'parquet') {
      if (!isLandReject(key)) return undefined;
      const made = await this.#rejects(body, changes);
      const rows = metadata['rows'] === undefined ? {} : { rows: String(Number(metadata['rows']) - changes.removed) };
      return isChanged() ? { body: made, metadata: { ...metadata, ...rows }, changes } : undefined;
    }
    if (open.kind === 'closed') return undefined;
    // No table reads a zip, so nothing that others are counted by goes with it.
    if (open.kind === 'zip') return this.#mayHold(open) ? removedWhole(metadata) : undefined;
    const plain = this.#text(key, open, metadata, changes);
    if (!isChanged()) return undefined;
    const promised = Number(metadata['rows'] ?? Number.NaN);
    // An object without a record, of which nobody says so, would be taken for one that was cut off.
    const rows = Number.isNaN(promised)
      ? plain.toString('latin1').trim() === ''
        ? 0
        : undefined
      : promised - changes.removed;
    const gzip = open.isGzip ? gzipSync(plain, { level: gzipLevel }) : plain;
    return {
      // One that ended early still does, and is told of as before.
      body: open.isGzip && open.isCut ? gzip.subarray(0, -8) : gzip,
      metadata: rows === undefined ? metadata : { ...metadata, rows: String(rows) },
      changes,
    };
  }

  /**
   * A file that was imported holds names and addresses on lines that only its own program can tell apart. It goes as a
   * whole: what it says of others was landed beside it, in documents that are rewritten record by record.
   */
  async #importedFile(
    key: string,
    body: Buffer,
    metadata: Readonly<Record<string, string>>,
  ): Promise<Rewritten | undefined> {
    const finder = this.#others.has(`${dirname(key)}/`) ? this.finder : this.#wide;
    return (await lookInto(key, body, finder)).isHolding ? removedWhole(metadata) : undefined;
  }

  /** What a record of the stream says without the person; undefined where nothing is left. */
  message(data: Buffer, changes: Changes): Buffer | undefined {
    const feed = tableNamed(this.#catalog, landedFeed);
    const before = unpacked(data);
    const left = before.flatMap((one): Buffer[] => this.#bytes(feed, one, utf8, changes));
    if (left.length === before.length && left.every((one, i) => one === before[i])) return data;
    const [first, ...others] = left;
    return first && Buffer.from(packed('erased', [first, ...others]));
  }

  #text(
    key: string,
    open: Opened & { kind: 'text' },
    metadata: Readonly<Record<string, string>>,
    changes: Changes,
  ): Buffer {
    const { plain, letters } = open;
    const whole = (change: (text: string) => string) => {
      const text = letters.decode(plain);
      const made = change(text);
      return made === text ? plain : letters.encode(made);
    };
    const feed = this.feedOf(key);
    if (isFailedBatch(key)) return whole((text) => this.#batch(text, changes));
    const { kind } = feed?.format ?? {};
    if (feed !== undefined && kind === 'csv') return whole((text) => changedSheet(text, feed, this.finder, changes));
    const isPromised = metadata['rows'] !== undefined;
    const plural = feed?.prefix.split('/').at(-2) ?? '';
    if (
      feed !== undefined &&
      isPersonal(feed) &&
      !isPromised &&
      this.#mayHold(open) &&
      !isLines(letters.decode(beginningOf(plain)), plural)
    )
      return whole((text) => changedDocument(text, plural, (record) => this.#record(feed, record, changes)));
    const made: Buffer[] = [];
    for (const block of blocks(plain, letters)) {
      if (!this.#wide.isIn(letters.decode(block))) made.push(block);
      else if (letters.isOneByte)
        for (const line of linesWithEnds(block)) made.push(...this.#bytes(feed, line, letters, changes));
      else
        for (const line of letters.decode(block).split(/(?<=\n)/))
          made.push(letters.encode(this.#line(feed, line, changes) ?? ''));
    }
    return Buffer.concat(made);
  }

  #mayHold({ plain, letters }: Opened & { kind: 'text' | 'zip' }): boolean {
    return [...blocks(plain, letters)].some((block) => this.#wide.isIn(letters.decode(block)));
  }

  /** The bytes of a line or a message, the same ones where nothing is changed; none where it goes. */
  #bytes(feed: Table | undefined, bytes: Buffer, letters: Letters, changes: Changes): [] | [Buffer] {
    const text = letters.decode(bytes);
    const left = this.#line(feed, text, changes);
    return left === undefined ? [] : [left === text ? bytes : letters.encode(left)];
  }

  /** A line with its end, or a message. */
  #line(feed: Table | undefined, line: string, changes: Changes): string | undefined {
    if (!this.#wide.isIn(line)) return line;
    const record = line.trim();
    const changed = this.#record(feed, record, changes);
    const from = line.indexOf(record);
    return changed === undefined ? undefined : line.slice(0, from) + changed + line.slice(from + record.length);
  }

  /** A record in which the person may stand. */
  #record(feed: Table | undefined, record: string, changes: Changes): string | undefined {
    if (feed !== undefined && isPersonal(feed) && this.#wide.isIn(record)) {
      const value = parsed(record);
      const names = value === undefined ? undefined : namesOf(feed, value);
      if (names !== undefined && isOwn(this.#person, names)) {
        const kept = this.#kept(feed, value, names);
        if (kept === undefined) {
          changes.removed++;
          return undefined;
        }
        changes.stripped++;
        return this.finder.maskedJson(JSON.stringify(kept));
      }
      // Whose a record is that cannot be read, nobody can tell; it counts in no table.
      if (names === undefined && this.finder.isIn(record)) {
        changes.removed++;
        return undefined;
      }
    }
    if (!this.finder.isIn(record)) return record;
    changes.masked++;
    // What looks like JSON, or like a line of a document, stays so; of what is cut off, the rest is masked as any text.
    return this.finder.masked(isJsonLike(record) ? this.finder.maskedJson(record) : record);
  }

  /** What stays of the person's own record for the books; undefined where nothing does. */
  #kept(feed: Table, record: unknown, names: Names): object | undefined {
    if (this.#substitutes === undefined || typeof record !== 'object' || record === null) return undefined;
    const known = buyerNames(names).flatMap((name) => this.#substitutes?.get(name) ?? []);
    // Of a record that came since the plan was made, the person is known, and not whose of several buyers it is.
    const [substitute] = [...known, ...this.#substitutes.values()];
    if (substitute === undefined) return undefined;
    if (feed.name === 'raw_crm_orders') return keptOrder(record, substitute, this.#testTags);
    if (feed.name === 'raw_crm_customers' && this.#person.orders.size > 0) return keptCustomer(record, substitute);
    return undefined;
  }

  /** A batch that was given up: its records stand in a text in it, in base64. */
  #batch(text: string, changes: Changes): string {
    const batch = failedBatchIn(text);
    if (batch === undefined || !isBase64(batch)) {
      if (!this.finder.isIn(text)) return text;
      changes.masked++;
      return this.finder.masked(text);
    }
    const { record, event } = batch;
    const before = { ...changes };
    const Records = event.Records.flatMap((one) => {
      const data = Buffer.from(one.kinesis.data, 'base64');
      const left = this.message(data, changes);
      if (left === data) return [one];
      return left === undefined
        ? []
        : [{ ...one, kinesis: { ...one.kinesis, data: left.toString('base64'), partitionKey: 'erased' } }];
    });
    const isSame = changes.removed === before.removed && changes.masked === before.masked;
    return isSame ? text : JSON.stringify({ ...record, payload: JSON.stringify({ ...event, Records }) });
  }

  /** Rejects of `land`: each is a record that could not be read. */
  async #rejects(body: Buffer, changes: Changes): Promise<Buffer | undefined> {
    const kept: Record<string, unknown>[] = [];
    for await (const rows of parquetRowsOf(body)) {
      for (const row of rows) {
        if (this.finder.isIn(String(row['record']))) changes.removed++;
        else kept.push(row);
      }
    }
    return kept.length === 0 ? undefined : parquetRows(tableNamed(this.#catalog, 'rejects'), kept);
  }
}

/** Whether a text is JSON, or a line of some: a number alone is an element of a list. */
const isJsonLike = (text: string) => /^(?:["{}[\]]|-?\d+,?$)/.test(text);

function parsed(text: string): unknown {
  try {
    return parsedJson(text);
  } catch {
    return undefined;
  }
}
