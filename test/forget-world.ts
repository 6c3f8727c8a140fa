/**
 * A generated lake in which some persons stand in many places, as the test knows of itself, without the code under
 * test.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { land } from '../lambdas/land/land.ts';
import { aggregated, sampleEvent } from '../lambdas/land/samples.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { invocationRecord } from '../localstack/embedded/event-source-mapping/failed.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { openLogStream } from '../localstack/embedded/stream/log-stream.ts';
import { order, webEvent } from './small-lake.ts';
import { done, filesUnder } from './support-sillage.ts';

export interface WorldSize {
  readonly from: string;
  readonly to: string;
  readonly eventsADay: number;
  readonly persons: number;
}

/** A person, by what the generated exports say. */
export interface Planted {
  readonly email: string;
  /** Empty where another customer has it, too. */
  readonly phone: string;
  readonly customer: string;
  readonly visitors: readonly string[];
  /** Order numbers. */
  readonly orders: readonly string[];
  /** Forms of the person's address that were put into texts. */
  readonly forms: readonly string[];
}

const eventSchema = z.looseObject({
  event_id: z.string(),
  visitor_id: z.string().nullish(),
  customer_id: z.string().nullish(),
});
const customerSchema = z.looseObject({ id: z.number(), email: z.string(), phone: z.string().nullish() });
const orderSchema = z.looseObject({ id: z.number(), customer: z.object({ id: z.number() }).nullish() });

/** The records of generated JSON Lines that are whole. */
function recordsUnder<T>(lake: string, prefix: string, schema: z.ZodType<T>): T[] {
  return filesUnder(join(lake, prefix))
    .filter((path) => path.endsWith('.gz'))
    .flatMap((path) => gunzipSync(readFileSync(path)).toString('utf8').split('\n'))
    .flatMap((line): T[] => {
      try {
        return [schema.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
}

/** Id of planted events: so that they are known again. */
const plantedId = (person: number, place: number) =>
  `ffffffff-0000-4000-8000-${String(person).padStart(6, '0')}${String(place).padStart(6, '0')}`;

/**
 * Generates a lake, and plants the persons in other people's events, in notes, sheets, rejects, batches that failed,
 * and the stream.
 */
export async function forgetWorld(
  lake: string,
  { from, to, eventsADay, persons }: WorldSize,
): Promise<readonly Planted[]> {
  const period = ['--start-date', from, '--end-date', to, '--events-per-day', String(eventsADay), '--seed', '7'];
  await done(['generate', 'all', '--lake', lake, ...period]);
  const events = recordsUnder(lake, 'raw/web/events', eventSchema);
  const customers = new Map(
    recordsUnder(lake, 'raw/crm/customers', customerSchema).map((one) => [String(one.id), one]),
  );
  const orders = recordsUnder(lake, 'raw/crm/orders', orderSchema);
  const buyers = [...new Set(orders.map((one) => String(one.customer?.id)))].filter((id) =>
    events.some((event) => event.customer_id === id && event.visitor_id != null),
  );
  const chosen = buyers.slice(0, persons);
  if (chosen.length < persons) throw new Error(`Only ${chosen.length} customers have orders and events.`);
  const files = filesLake(lake);
  const found: Planted[] = [];
  const lines: object[] = [];
  for (const [n, id] of chosen.entries()) {
    const customer = customers.get(id);
    if (customer === undefined) throw new Error(`The customer ${id} was not exported.`);
    const email = customer.email.trim().toLowerCase();
    const isShared = [...customers.values()].some((one) => one.phone === customer.phone && String(one.id) !== id);
    const at = email.indexOf('@');
    const forms = [
      email.toUpperCase(),
      encodeURIComponent(email),
      encodeURIComponent(encodeURIComponent(email)),
      `${email.slice(0, at)}&#64;${email.slice(at + 1)}`,
      `${email.slice(0, at)}%40${email.slice(at + 1)}`,
    ];
    found.push({
      email,
      phone: isShared ? '' : (customer.phone ?? ''),
      customer: id,
      visitors: [
        ...new Set(events.flatMap((one) => (one.customer_id === id && one.visitor_id != null ? [one.visitor_id] : []))),
      ],
      orders: orders.filter((one) => String(one.customer?.id) === id).map((one) => String(one.id)),
      forms,
    });
    const time = { event_time: `${from}T10:00:00.000Z`, received_at: `${from}T10:00:01.000Z` };
    const page = (url: string, referrer = '', title = 'Accueil') => ({ page: { url, referrer, title } });
    const shop = 'https://shop.example';
    const other = (place: number, over: object) =>
      webEvent(place, { ...time, event_id: plantedId(n, place), visitor_id: `other-visitor-${n}-${place}`, ...over });
    lines.push(
      other(0, page(`${shop}/account?email=${forms[4]}&utm_source=news`)),
      other(1, page(`${shop}/`, `https://mail.example/?to=${forms[2]}`)),
      other(2, page(`${shop}/search?q=${forms[1]}`, '', `Résultats pour ${forms[0]}`)),
      other(3, page(`${shop}/`, '', `Bonjour ${forms[3]}`)),
      // Refused by the transform, of another and of the person.
      other(4, { event_name: 'nothing', ...page(`${shop}/?e=${email}`) }),
      other(5, { event_name: 'nothing', visitor_id: found.at(-1)?.visitors[0] }),
    );
  }
  const texts = [
    ...lines.map((line) => JSON.stringify(line).replace('@', String.raw`\u0040`)),
    // Cut off, as by a full disk.
    ...found.map(({ email }) => `{"event_id":"x","page":{"url":"https://shop.example/?a=${email}","tit`),
  ];
  await files.put(`raw/web/events/dt=${from}/own.jsonl.gz`, gzipSync(`${texts.join('\n')}\n`), {
    metadata: { rows: String(texts.length), 'single-day': 'true' },
  });
  // An answer of the shop's interface, over many lines: the person's customer between two others.
  await files.put(
    `raw/crm/customers/dt=${to}/answer.json`,
    JSON.stringify(
      {
        customers: [...customers.values()]
          .filter((one) => !chosen.includes(String(one.id)))
          .slice(0, 2)
          .flatMap((one, i) => [one, ...(i === 0 ? chosen.map((id) => customers.get(id)) : [])]),
      },
      undefined,
      2,
    ),
  );
  const notes = found.map(({ email, phone }) => `Cadeau de ${email} (${phone})`).join(', ');
  await files.put(
    `raw/crm/orders/dt=${to}/own.json`,
    JSON.stringify(
      [order(1, { note: notes, created_at: `${from}T09:00:00+01:00`, updated_at: `${from}T09:00:00+01:00` })],
      undefined,
      1,
    ),
  );
  await files.put(
    `raw/influencers/roster/dt=${to}/own.csv`,
    `pseudo;nom;plateforme;palier;abonnes;inscrit_le\r\n${found.map(({ email }, n) => `own.bio${n};"Léa; ${email}";Instagram;nano;100;02/01/2025\r\n`).join('')}`,
  );
  await files.put('ops/damaged/check_results/old.parquet', found.map(({ email }) => email).join('\n'));
  const catalog = loadCatalog();
  const arrivedAt = `${from}T12:00:00.000Z`;
  await land(
    { lake: files, catalog },
    sampleEvent(
      found.map(({ email }, n) => ({ data: `no event of ${email}`, sequenceNumber: String(n + 1), arrivedAt })),
    ),
  );
  const record = (n: number, data: Buffer) => ({
    data,
    partitionKey: found[n]?.visitors[0] ?? '',
    sequenceNumber: String(n + 1),
    arrivedAt: new Date(arrivedAt),
  });
  const own = (n: number) =>
    JSON.stringify(webEvent(900 + n, { visitor_id: found[n]?.visitors[0], customer_id: found[n]?.customer }));
  const others = JSON.stringify(webEvent(999, { visitor_id: 'other-visitor' }));
  const givenUp = JSON.stringify(
    invocationRecord('land', {
      stream: 'web',
      shardId: 'shardId-000000000000',
      records: [
        ...found.map((_, n) => record(n, Buffer.from(own(n)))),
        record(0, aggregated([others, ...found.map((_, n) => own(n))])),
      ],
      condition: 'RetryAttemptsExhausted',
      invocations: 3,
      failedAt: new Date(arrivedAt),
    }),
  );
  // By the laptop's mapping, and as Lambda itself names what it gives up.
  for (const key of ['raw/failed/land/shardId-000000000000/2025/01/01/1.json', 'aws/lambda/sillage-dev-land/1.json'])
    await files.put(key, givenUp);
  const stream = await openLogStream(lake, { name: 'web', shards: 1 });
  await stream.put([
    { data: Buffer.from(others), partitionKey: 'other-visitor' },
    ...found.map((_, n) => ({ data: Buffer.from(own(n)), partitionKey: found[n]?.visitors[0] ?? '' })),
    { data: aggregated([others, ...found.map((_, n) => own(n))]), partitionKey: 'many' },
  ]);
  await stream.close();
  return found;
}

/** The files of a lake, as they are, by their paths. */
export const pathsOf = (lake: string): string[] => filesUnder(lake).map((path) => relative(lake, path));
