/**
 * Finds all that tells one person, from what is known of them at first. An e-mail address or a customer's id leads to
 * the records of customers and orders that have it, and these to other addresses, telephone numbers, ids and order
 * numbers; customers' ids and order numbers lead to the events that have them, and these to the visitor's id of the
 * device. A visitor's id leads to the one customer who has logged in there. It ends where a round finds nothing new.
 *
 * What does not lead on: a telephone number (families share one), a name, an address, an IP, and a device on which
 * others log in, too.
 */
import type { Lake } from '../shared/ports/lake.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { parsedJson } from '../shared/json-texts.ts';
import { unpacked } from '../land/aggregated.ts';
import { landedFeed } from '../land/land.ts';
import { fetchedAhead } from './ahead.ts';
import { buyerNames, Buyers } from './buyers.ts';
import { expiredRecords } from './expired-slices.ts';
import { beginningOf, changedDocument, isLines } from './json-lists.ts';
import { blocks, linesWithEnds, opened } from './opened.ts';
import { Finder, type Gathered, type Person, type Seeds } from './person.ts';
import { isPersonal, namesOf, type Names } from './records.ts';
import type { RecordLog } from '../shared/ports/record-log.ts';

type Growing = { readonly [K in keyof Person]: Set<string> };

const size = ({ emails, phones, customers, visitors, orders }: Person): number =>
  emails.size + phones.size + customers.size + visitors.size + orders.size;

/** A JSON text, or undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return parsedJson(text);
  } catch {
    return undefined;
  }
}

/** The records in an object's bytes that may be the person's, by the finder. */
export async function* recordsOf(body: Buffer, feed: Table, finder: Finder): AsyncGenerator {
  const open = await opened(body);
  if (open.kind !== 'text') return;
  const { plain, letters } = open;
  const holding = [...blocks(plain, letters)].filter((block) => finder.isIn(letters.decode(block)));
  if (holding.length === 0) return;
  const plural = feed.prefix.split('/').at(-2) ?? '';
  if (!letters.isOneByte || !isLines(letters.decode(beginningOf(plain)), plural)) {
    const found: string[] = [];
    changedDocument(letters.decode(plain), plural, (record) => {
      found.push(record);
      return record;
    });
    for (const record of found) yield parsed(record);
    return;
  }
  for (const block of holding)
    for (const line of linesWithEnds(block)) {
      const text = letters.decode(line);
      if (finder.isIn(text)) yield parsed(text.trim());
    }
}

/** Takes in what a record of a customer or an order tells, or the telephone numbers of another's. */
function learnShop(person: Growing, names: Names, buyers: Buyers, othersPhones: Set<string>): void {
  const isTheirs =
    (names.customer !== undefined && person.customers.has(names.customer)) ||
    names.emails.some((one) => person.emails.has(one));
  if (!isTheirs) return names.phones.forEach((one) => othersPhones.add(one));
  buyers.learn(buyerNames(names));
  if (names.customer !== undefined) person.customers.add(names.customer);
  names.emails.forEach((one) => person.emails.add(one));
  names.phones.forEach((one) => person.phones.add(one));
  names.orders.forEach((one) => person.orders.add(one));
}

/** Who has logged in on which device, of those that the person has used. */
class Devices {
  readonly #customers = new Map<string, Set<string>>();

  learn(person: Growing, { visitor, customer, orders }: Names): void {
    if (visitor === undefined) return;
    const isTheirs =
      (customer !== undefined && person.customers.has(customer)) ||
      (customer === undefined && orders.some((one) => person.orders.has(one)));
    if (!isTheirs && !person.visitors.has(visitor)) return;
    person.visitors.add(visitor);
    const known = this.#customers.get(visitor) ?? new Set();
    this.#customers.set(visitor, known);
    if (customer !== undefined) known.add(customer);
  }

  /** The customers to whom a device that was named at first leads: the one who has logged in there. */
  lead(person: Growing, visitors: readonly string[]): void {
    for (const visitor of visitors) {
      const known = [...(this.#customers.get(visitor) ?? [])];
      if (known.length === 1) known.forEach((one) => person.customers.add(one));
    }
  }

  isShared(person: Person, visitor: string): boolean {
    return [...(this.#customers.get(visitor) ?? [])].some((one) => !person.customers.has(one));
  }
}

/**
 * Finds who is meant. Several persons are found in one pass: each leads to their own.
 * @param log the records that have not landed yet, or are still kept
 */
export async function gather(lake: Lake, catalog: Catalog, seeds: Seeds, log?: RecordLog): Promise<Gathered> {
  const person: Growing = {
    emails: new Set(seeds.emails),
    phones: new Set(),
    sharedPhones: new Set(),
    customers: new Set(seeds.customers),
    visitors: new Set(seeds.visitors),
    sharedVisitors: new Set(),
    orders: new Set(),
  };
  const feeds = [...catalog.values()].filter((table) => isPersonal(table));
  // The shop's records first: they lead to the events.
  feeds.sort((a, b) => Number(a.name === landedFeed) - Number(b.name === landedFeed));
  const devices = new Devices();
  const buyers = new Buyers();
  /**
   * Others' telephone numbers, as the last look through each feed of the shop has found them: before, others may have
   * been the person.
   */
  const othersPhones = new Map(feeds.map(({ name }) => [name, new Set<string>()]));
  const learn = (feed: Table, record: unknown) => {
    const names = namesOf(feed, record);
    if (names === undefined) return;
    if (feed.name === landedFeed) devices.learn(person, names);
    else learnShop(person, names, buyers, othersPhones.get(feed.name) ?? new Set());
  };
  /** How much was known of what a feed is looked through for, when that was last begun. */
  const begun = new Map<string, number>();
  const knownFor = (feed: Table) => size(person) - (feed.name === landedFeed ? 0 : person.visitors.size);
  for (;;) {
    const feed = feeds.find((one) => begun.get(one.name) !== knownFor(one));
    if (feed === undefined) break;
    begun.set(feed.name, knownFor(feed));
    othersPhones.get(feed.name)?.clear();
    const finder = new Finder(person, person.orders, 1);
    for await (const { body } of fetchedAhead(lake, feed.prefix))
      for await (const record of recordsOf(body, feed, finder)) learn(feed, record);
    if (feed.name !== landedFeed) continue;
    for await (const one of expiredRecords(lake, catalog)) learn(one.feed, one.record);
    await log?.visit((data) => {
      for (const one of unpacked(data)) learn(feed, parsed(one.toString('utf8')));
    });
    devices.lead(person, seeds.visitors);
  }
  for (const visitor of person.visitors) {
    if (!devices.isShared(person, visitor)) continue;
    person.visitors.delete(visitor);
    person.sharedVisitors.add(visitor);
  }
  for (const phone of [...othersPhones.values()].flatMap((phones) => [...phones]))
    if (person.phones.delete(phone)) person.sharedPhones.add(phone);
  for (const name of [...person.customers, ...person.emails]) buyers.learn([name]);
  return { person, buyers: buyers.groups() };
}
