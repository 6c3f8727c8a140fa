import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import type { Day } from '../lambdas/shared/days.ts';
import { identifier, parquetFiles, textOf, type Engine, type Session } from '../lambdas/shared/duckdb.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { loadCatalog, tableNamed, type Catalog } from '../lambdas/shared/schema/catalog.ts';
import { sliceKey } from '../lambdas/shared/schema/slice-key.ts';
import { duckdbType } from '../lambdas/shared/schema/types.ts';
import { partOfFile } from '../lambdas/shared/schema/parts.ts';
import type { Expirations } from '../lambdas/shared/slices/expirations.ts';
import { Inputs } from '../lambdas/shared/slices/inputs.ts';
import { Ledger, type Entry } from '../lambdas/shared/slices/ledger.ts';
import { pseudonymKey, type PseudonymKey } from '../lambdas/transform/pseudonyms.ts';
import { throughJson } from './through-json.ts';
import { runTableStep, type TableSummary } from '../localstack/embedded/run/table-steps.ts';
import type { BuiltRecords } from '../lambdas/transform/batch.ts';
import { Listings } from '../lambdas/shared/slices/listings.ts';
import { NamedSessions } from '../lambdas/transform/named-sessions.ts';
import { TransformStep } from '../lambdas/transform/transform.ts';
import { defaultProfile, type ShopProfile } from '../lambdas/shared/shop/profile.ts';
import { profileInputs } from '../lambdas/shared/slices/profile-inputs.ts';

export const catalog: Catalog = loadCatalog();
export const secret = 'a secret of the tests, long enough';

export type Row = Readonly<Record<string, unknown>>;

/** A hand-made lake in a folder of its own, for tests of the transform. */
export interface SmallLake {
  readonly lake: Lake;
  /**
   * Puts a raw object there as a person would: JSON Lines in gzip where it is given lines, else the bytes themselves.
   */
  drop(
    key: string,
    content: readonly (string | object)[] | string | Buffer,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  transform(
    table: string,
    options?: {
      readonly secret?: string;
      readonly workers?: number;
      readonly lake?: Lake;
      readonly catalog?: Catalog;
      readonly days?: { from: Day; to: Day };
      readonly mayRemove?: boolean;
      readonly partRows?: number;
      readonly expired?: Expirations;
      readonly profile?: ShopProfile;
      /** How often each batch is built before it is entered: a Lambda may be asked again. */
      readonly times?: number;
    },
  ): Promise<TableSummary<BuiltRecords>>;
  /** The rows of a table, of all its days in their order. */
  rows(table: string): Promise<Row[]>;
  /** What a query over the curated tables answers. */
  ask(sql: string): Promise<Row[]>;
  rejects(table: string): Promise<{ object: unknown; line: unknown; reasons: unknown; record: unknown }[]>;
  /** `line message`, each message of each reject, of one object or of all. */
  messages(table: string, object?: string): Promise<string[]>;
  entry(table: string, day: Day): Promise<Entry | undefined>;
  /** What the ledger says of a day: of each of its parts. */
  entries(table: string, day: Day): Promise<readonly Entry[]>;
  keys(prefix: string): Promise<string[]>;
  /** The etag of each of a table's objects by its day. */
  etags(table: string): Promise<ReadonlyMap<string, string>>;
  dispose(): Promise<void>;
}

const pools = new WeakMap<Engine, Map<string, NamedSessions>>();

/** The sessions of an engine for one profile and key, whatever lakes they work on. */
function sessionsOf(engine: Engine, profile: ShopProfile, key: PseudonymKey): NamedSessions {
  const pool = pools.get(engine) ?? new Map<string, NamedSessions>();
  pools.set(engine, pool);
  const name = JSON.stringify([profile, key.fingerprint]);
  const sessions = pool.get(name) ?? new NamedSessions(engine, profile, key);
  pool.set(name, sessions);
  return sessions;
}

export async function smallLake(engine: Engine): Promise<SmallLake> {
  const root = await mkdtemp(join(tmpdir(), 'small-lake-'));
  const lake = filesLake(join(root, 'lake'));
  const session: Session = await engine.connect();
  let runs = 0;

  const keys = async (prefix: string) => {
    const found: string[] = [];
    for await (const object of lake.list(prefix)) found.push(object.key);
    return found;
  };
  const refused = async (table: string) => {
    const paths = (await keys('ops/rejects/'))
      .filter((key) => partOfFile(table, key.slice(key.lastIndexOf('/') + 1)) !== null)
      .map((key) => join(root, 'lake', key));
    return paths.length === 0 ? [] : session.rows(`SELECT * FROM ${parquetFiles(paths)} ORDER BY object, line`);
  };
  const openLedger = (of = lake) => Ledger.open(of, catalog, session, join(root, 'ledger'));

  return {
    lake,
    keys,
    async drop(key, content, metadata = {}) {
      const isText = typeof content === 'string' || Buffer.isBuffer(content);
      await lake.put(
        key,
        isText
          ? content
          : gzipSync(content.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')),
        { metadata },
      );
    },
    async transform(table, options = {}) {
      const ledger = await openLedger(options.lake);
      const scratch = join(root, `scratch-${runs++}`);
      try {
        const { profile = defaultProfile } = options;
        const key = pseudonymKey(options.secret ?? secret);
        const context = {
          profile,
          lake: options.lake ?? lake,
          catalog: options.catalog ?? catalog,
          sessions: sessionsOf(engine, profile, key),
          ledger,
          listings: new Listings(options.lake ?? lake),
          inputs: new Inputs(options.lake ?? lake, profileInputs(profile)),
          scratch,
          workers: options.workers ?? 1,
          key,
          days: options.days,
          mayRemove: options.mayRemove,
          partRows: options.partRows,
          expired: options.expired,
        };
        const step = throughJson(new TransformStep(context, tableNamed(context.catalog, table)));
        return await runTableStep(context, {
          plan: (asked) => step.plan(asked),
          async build(batch) {
            for (let time = 1; time < (options.times ?? 1); time++) await step.build(batch);
            return step.build(batch);
          },
        });
      } finally {
        await ledger.flush();
        await rm(scratch, { recursive: true, force: true });
      }
    },
    async rows(table) {
      const paths = (await keys(tableNamed(catalog, table).prefix)).map((key) => join(root, 'lake', key));
      return paths.length === 0 ? [] : session.rows(`SELECT * FROM ${parquetFiles(paths)}`);
    },
    async ask(sql) {
      const tables: string[] = [];
      for (const { name, zone, prefix, columns } of catalog.values()) {
        if (zone !== 'curated') continue;
        const paths = (await keys(prefix)).map((key) => join(root, 'lake', key));
        const none = columns.map((column) => `CAST(NULL AS ${duckdbType(column.type)}) AS ${identifier(column.name)}`);
        tables.push(
          `${name} AS ` +
            `(${paths.length > 0 ? `SELECT * FROM ${parquetFiles(paths)}` : `SELECT ${none.join(', ')} WHERE false`})`,
        );
      }
      return session.rows(`WITH ${tables.join(', ')} SELECT * FROM (${sql})`);
    },
    async rejects(table) {
      const rows = await refused(table);
      return rows.map(({ object, line, reasons, record }) => ({
        object,
        line: line === null ? null : Number(line),
        reasons,
        record,
      }));
    },
    messages: async (table, key) =>
      (await refused(table))
        .filter(({ object }) => key === undefined || object === key)
        .flatMap(({ line, messages }) =>
          Array.isArray(messages) ? messages.map((message) => `${textOf(line)} ${textOf(message)}`) : [],
        ),
    entry: async (table, day) => (await openLedger()).entry(table, day),
    entries: async (table, day) => (await openLedger()).entries(table, day),
    async etags(table) {
      const found = new Map<string, string>();
      for await (const object of lake.list(tableNamed(catalog, table).prefix))
        found.set(/dt=([\d-]+)/.exec(object.key)?.[1] ?? object.key, object.etag);
      return found;
    },
    async dispose() {
      session.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Works with a small lake, and takes it away. */
export async function withSmallLake<T>(engine: Engine, work: (small: SmallLake) => Promise<T>): Promise<T> {
  const small = await smallLake(engine);
  try {
    return await work(small);
  } finally {
    await small.dispose();
  }
}

/** Key of the one object of a slice. */
export const keyOf = (table: string, day: Day) => sliceKey(tableNamed(catalog, table), day);

export const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** A web event that breaks no rule; `over` is laid upon it. */
export function webEvent(n: number, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    event_id: uuid(n),
    event_name: 'page_view',
    event_time: '2025-01-05T10:00:00.000Z',
    received_at: '2025-01-05T10:00:00.250Z',
    visitor_id: `v${n}`,
    customer_id: null,
    page: { url: 'https://shop.example/', referrer: '', title: 'Accueil' },
    user_agent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    ip: '192.0.2.44',
    screen: '1920x1080',
    language: 'fr-FR',
    consent: { analytics: true, ads: true },
    ecommerce: null,
    ...over,
  };
}

/** A Shopify order that breaks no rule. */
export function order(n: number, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 5_000_000_000_000 + n,
    order_number: 1000 + n,
    customer: { id: 7_000_000_000_000 + n, email: `p${n}@example.fr`, first_name: 'Prénom', last_name: 'Nomdefamille' },
    email: ` P${n}@Example.fr`,
    created_at: '2025-01-05T23:30:00+01:00',
    updated_at: '2025-01-06T09:00:00+01:00',
    cancelled_at: null,
    financial_status: 'paid',
    fulfillment_status: null,
    test: false,
    source_name: 'web',
    currency: 'EUR',
    taxes_included: true,
    total_price: '52.90',
    subtotal_price: '48.00',
    total_tax: '8.82',
    total_discounts: '12.00',
    shipping_lines: [{ price: '4.90' }],
    shipping_address: {
      first_name: 'Prénom',
      last_name: 'Nomdefamille',
      address1: '1 rue Secrète',
      zip: '13001',
      country_code: 'FR',
    },
    discount_codes: [{ code: ' lea10 ', amount: '12.00' }],
    landing_site:
      '/products/serum?utm_source=Instagram&utm_medium=Paid_Social&utm_campaign=Hiver&utm_id=77&utm_content=Ad1',
    referring_site: 'https://l.instagram.com/',
    line_items: [
      {
        id: 9_000_000_000_000 + 2 * n,
        product_id: 11,
        variant_id: 111,
        sku: 'SER-1',
        title: 'Sérum',
        quantity: 2,
        price: '25.00',
        total_discount: '10.00',
        tax_lines: [{ price: '6.67' }],
      },
      {
        id: 9_000_000_000_001 + 2 * n,
        product_id: 12,
        variant_id: 121,
        sku: 'SAV-1',
        title: 'Savon',
        quantity: 1,
        price: '10.00',
        total_discount: '2.00',
        tax_lines: [{ price: '1.33' }],
      },
    ],
    refunds: [],
    ...over,
  };
}
