import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { contents, copyLake, done, folder, inTurn, leftovers, sillage, statusOf } from './support-sillage.ts';

const home = folder('faults');
const raw = join(home, 'raw-only');
const clean = join(home, 'clean');
const lake = join(home, 'dirty');
const day = '2025-01-02';

const json = (value: object) => JSON.stringify(value);
let made = 0;
/** An event as the tracker sends it, with an id of its own. */
function event(changes: object = {}): string {
  made += 1;
  return json({
    event_id: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    event_name: 'purchase',
    event_time: `${day}T12:00:00.000+01:00`,
    received_at: `${day}T11:00:01.000Z`,
    visitor_id: 'v1',
    customer_id: null,
    page: { url: 'https://www.sillage-cosmetics.example/merci', referrer: null, title: 'Merci' },
    user_agent: 'Mozilla/5.0',
    ip: '192.0.2.7',
    screen: '800x600',
    language: 'fr',
    consent: { analytics: true, ads: false },
    ecommerce: shop(),
    ...changes,
  });
}
const shop = (changes: object = {}) => ({
  transaction_id: String(made),
  value: 10,
  currency: 'EUR',
  coupon: null,
  items: [{ item_id: 'a', item_name: 'A', item_category: 'C', price: 5, quantity: 2 }],
  ...changes,
});
const page = (lines: readonly (string | Buffer)[]) =>
  Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));

/** An order as the shop exports it. */
function order(changes: object = {}): string {
  made += 1;
  return json({
    id: 9_000_000 + made,
    order_number: 900_000 + made,
    created_at: `${day}T09:00:00+01:00`,
    updated_at: `${day}T09:00:00+01:00`,
    cancelled_at: null,
    test: false,
    email: 'a@mail.example',
    currency: 'EUR',
    total_discounts: '0.00',
    subtotal_price: '10.00',
    total_tax: '1.67',
    total_price: '10.00',
    financial_status: 'paid',
    fulfillment_status: null,
    source_name: 'web',
    landing_site: null,
    referring_site: null,
    discount_codes: [],
    customer: null,
    shipping_address: { country_code: 'FR' },
    shipping_lines: [],
    refunds: [],
    line_items: [
      {
        id: 8_000_000 + made,
        product_id: 1,
        variant_id: 1,
        sku: 'a',
        title: 'A',
        quantity: 1,
        price: '10.00',
        total_discount: '0.00',
        tax_lines: [{ price: '1.67' }],
      },
    ],
    ...changes,
  });
}

/**
 * Two hundred events in a gzip that ends in the middle of its bytes; how many whole lines can still be read says zlib
 * itself.
 */
const cutGzip = (() => {
  const whole = gzipSync(page(Array.from({ length: 200 }, (_, i) => event({ visitor_id: `${i}-${Math.sin(i)}` }))));
  return whole.subarray(0, Math.trunc(whole.length / 2));
})();
const linesBeforeCut = gunzipSync(cutGzip, { finishFlush: constants.Z_SYNC_FLUSH }).filter(
  (byte) => byte === 10,
).length;

const deals =
  'id_contrat;pseudo;plateforme;cachet;devise;coût_produits;taux_commission;code_promo;lien_tracké;campagne;date_contrat;date_fin';
const deal = 'X-1;nom;Instagram;10,00;EUR;1,00;0,10;CODE;https://a.example/;c;02/01/2025;03/01/2025';

interface Case {
  readonly name: string;
  readonly feed?: string;
  readonly table?: string;
  readonly file: string;
  readonly body: Buffer | string;
  /** Line and reasons of each record that must be refused. */
  readonly rejects: readonly (readonly [line: number, ...reasons: string[]])[];
  /** Rows that it must add to the table all the same. */
  readonly rows: number;
}

/** A file with a good event, one or more bad ones, and a good one. */
const between = (name: string, reason: string | readonly [string, string], bad: string | Buffer): Case => ({
  name,
  file: `${name.replaceAll(/\W+/g, '-')}.jsonl`,
  body: page([event(), bad, event()]),
  rejects: [[2, ...[reason].flat()]],
  rows: 2,
});

const cases: readonly Case[] = [
  {
    name: 'a gzip that is cut',
    file: 'cut.jsonl.gz',
    body: cutGzip,
    rejects: [[linesBeforeCut + 1, 'truncated:object']],
    rows: linesBeforeCut,
  },
  {
    name: 'a gzip with a flipped byte',
    file: 'flipped.jsonl.gz',
    body: (() => {
      const bytes = gzipSync(page([event()]));
      bytes[bytes.length - 6] = (bytes.at(-6) ?? 0) ^ 1;
      return bytes;
    })(),
    rejects: [[1, 'corrupt:object']],
    rows: 0,
  },
  {
    name: 'a gzip without its name',
    file: 'unnamed.jsonl',
    body: gzipSync(page([event(), event()])),
    rejects: [],
    rows: 2,
  },
  { name: 'no bytes', file: 'empty.jsonl', body: '', rejects: [[1, 'empty:object']], rows: 0 },
  { name: 'a gzip of nothing', file: 'nothing.jsonl.gz', body: gzipSync(''), rejects: [[1, 'empty:object']], rows: 0 },
  between('a line cut after a colon', 'malformed:record', event().slice(0, event().indexOf(':', 60) + 1)),
  between('a line cut after a bracket', 'malformed:record', event().slice(0, event().indexOf('[') + 1)),
  between('a line cut after a comma', 'malformed:record', event().slice(0, event().indexOf(',', 90) + 1)),
  between('a line of 10 MB', 'too_long:record', event({ visitor_id: 'x'.repeat(10_000_000) })),
  between('bytes that are not UTF-8', 'not_utf8:record', Buffer.from(event({ visitor_id: 'caf\u00e9' }), 'latin1')),
  between('a NUL', 'malformed:record', `${event()}\0`),
  between('a number in place of an object', 'malformed:record', '42'),
  between('a list in place of an object', 'malformed:record', `[${event()}]`),
  between('null in place of an object', 'malformed:record', 'null'),
  between('an event from the future', 'future:event_time', event({ event_time: '2025-03-01T00:00:00Z' })),
  between('an event of long ago', 'too_old:event_time', event({ event_time: '2024-06-01T00:00:00Z' })),
  between('a time that is none', 'type:event_time', event({ event_time: 'yesterday' })),
  between('a consent that is none', 'type:consent_analytics', event({ consent: { analytics: 'perhaps', ads: false } })),
  between('a value that is no number', 'type:value', event({ ecommerce: shop({ value: 'ten' }) })),
  between('a negative value', 'min:value', event({ ecommerce: shop({ value: -0.01 }) })),
  between(
    'items with a text for a number',
    'type:items',
    event({
      ecommerce: shop({ items: [{ item_id: 'a', item_name: 'A', item_category: 'C', price: 5, quantity: 'two' }] }),
    }),
  ),
  between('an event that nobody knows', 'accepted:event_name', event({ event_name: 'purchased' })),
  between('an event without an id', 'required:event_id', event({ event_id: null })),
  between('an id that is no UUID', 'pattern:event_id', event({ event_id: '1' })),
  {
    name: 'line ends of Windows, a byte order mark, empty lines and no last line end',
    file: 'windows.jsonl',
    body: `\uFEFF${event()}\r\n\r\n${event()}\r\n${event()}`,
    rejects: [],
    rows: 3,
  },
  {
    name: 'a name that SQL and globs could trip over',
    file: "it's [a] *?{b} é %2F.jsonl",
    body: page([event(), '{']),
    rejects: [[2, 'malformed:record']],
    rows: 1,
  },
  {
    name: 'an order with a negative price',
    feed: 'crm/orders',
    table: 'orders',
    file: 'negative.jsonl',
    body: page([order(), order({ total_price: '-1.00', total_tax: '0.00' })]),
    rejects: [[2, 'min:total_price']],
    rows: 1,
  },
  {
    name: 'an order in a currency without a rate',
    feed: 'crm/orders',
    table: 'orders',
    file: 'currency.jsonl',
    body: page([order({ currency: 'ZWL' }), order({ currency: 'USD' })]),
    rejects: [[1, 'no_rate:currency']],
    rows: 1,
  },
  {
    name: 'a table with an unknown column',
    feed: 'influencers/deals',
    table: 'influencer_deals',
    file: 'unknown.csv',
    body: `${deals};humeur\n${deal};bonne\n`,
    rejects: [[1, 'unknown_column:humeur']],
    rows: 0,
  },
  {
    name: 'a table without one of its columns',
    feed: 'influencers/deals',
    table: 'influencer_deals',
    file: 'missing.csv',
    body: `${deals.replace(';devise', '')}\n${deal.replace(';EUR', '')}\n`,
    rejects: [[1, 'missing_column:devise']],
    rows: 0,
  },
  {
    name: 'a row of a table with a field too few',
    feed: 'influencers/deals',
    table: 'influencer_deals',
    file: 'ragged.csv',
    body: `${deals}\n${deal}\nX-2;nom\n`,
    rejects: [[3, 'malformed:record']],
    rows: 1,
  },
  {
    name: 'a report that is cut',
    feed: 'advertising/meta_ads',
    table: 'ad_spend',
    file: 'pulled-2025-01-09.json',
    body: '{"data": [{"account_id": "1",',
    rejects: [[1, 'malformed:document']],
    rows: 0,
  },
  {
    name: 'a report of another shape',
    feed: 'advertising/meta_ads',
    table: 'ad_spend',
    file: 'pulled-2025-01-10.json',
    body: '{"rows": []}',
    rejects: [[1, 'shape:document']],
    rows: 0,
  },
  {
    name: 'an error instead of a report',
    feed: 'advertising/meta_ads',
    table: 'ad_spend',
    file: 'pulled-2025-01-11.json',
    body: '{"error": {"message": "Invalid token", "code": 190}}',
    rejects: [[1, 'platform_error:190 Invalid token']],
    rows: 0,
  },
];

const keyOf = ({ feed = 'web/events', file }: Case) => `raw/${feed}/dt=${day}/${file}`;

const Reject = z.object({
  table_name: z.string(),
  dt: z.string(),
  reasons: z.array(z.string()),
  object: z.string(),
  line: z.number().nullable(),
});
let rejected: readonly z.infer<typeof Reject>[];

beforeAll(async () => {
  await done([
    'generate',
    'all',
    '--start-date',
    '2025-01-01',
    '--end-date',
    '2025-01-03',
    '--events-per-day',
    '300',
    '--initial-customers',
    '60',
    '--dirt',
    '0',
    '--lake',
    raw,
  ]);
  copyRaw(raw, clean);
  copyRaw(raw, lake);
  for (const one of cases) {
    mkdirSync(dirname(join(lake, keyOf(one))), { recursive: true });
    writeFileSync(join(lake, keyOf(one)), one.body);
  }
  const runs = await inTurn(
    ['run', '--lake', clean],
    ['run', '--lake', lake],
    ['rejects', '--lake', lake, '--limit', '10000', '--json'],
  );
  // Refused records fail no run; a file of which nothing could be read does, with a sentence on what it looks like.
  expect(runs.map(({ code }) => code)).toEqual([0, 1, 0]);
  const unreadable = (runs[1]?.stderr ?? '').split('\n').filter((line) => line.includes('nothing of it could be read'));
  expect(unreadable.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
    'raw/advertising/meta_ads/dt=2025-01-02/pulled-2025-01-09.json',
    'raw/advertising/meta_ads/dt=2025-01-02/pulled-2025-01-10.json',
    'raw/influencers/deals/dt=2025-01-02/missing.csv',
    'raw/influencers/deals/dt=2025-01-02/unknown.csv',
  ]);
  rejected = z.array(Reject).parse(JSON.parse(runs[2]?.stdout ?? ''));
});

function copyRaw(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  copyLake(from, to);
}

describe('a raw object that somebody dropped in', () => {
  test.each(cases)('$name', (one) => {
    const mine = rejected.filter(
      ({ object, table_name: table }) => object === keyOf(one) && table === (one.table ?? 'web_events'),
    );
    expect(mine.map(({ line, reasons }) => [line, reasons])).toEqual(
      one.rejects.map(([line, ...reasons]) => [line, reasons]),
    );
    expect(mine.every(({ dt }) => dt === day)).toBe(true);
  });

  test('keeps its good records, takes nothing from its neighbours, and everything adds up', async () => {
    const [before, after] = await statusOf(clean, lake);
    for (const table of ['web_events', 'orders', 'influencer_deals', 'ad_spend', 'customers', 'fx_rates']) {
      const mine = cases.filter((one) => (one.table ?? 'web_events') === table);
      const [was, is] = [before, after].map((status) => status?.slices.find((slice) => slice.table === table));
      const added = mine.reduce((sum, { rows }) => sum + rows, 0);
      const refused = mine.reduce((sum, { rejects }) => sum + rejects.length, 0);
      expect({ table, rows: is?.rows_out, refused: is?.rejected, in: is?.rows_in }).toEqual({
        table,
        rows: (was?.rows_out ?? 0) + added,
        refused: (was?.rejected ?? 0) + refused,
        in: (was?.rows_in ?? 0) + added + refused,
      });
    }
    // A clean market has nothing that is refused.
    expect(before?.totals.rejected).toBe(0);
    const { totals } = after ?? {};
    expect(totals?.rows_in).toBe((totals?.rows_out ?? 0) + (totals?.rejected ?? 0) + (totals?.duplicates ?? 0));
  });
});

test.each([3, 7])(
  'an object that vanishes at the look %i at it leaves the lake whole, and the run does without it',
  async (look) => {
    const vanishing = join(home, `vanishing-${look}`);
    copyRaw(clean, vanishing);
    const key = `raw/web/events/dt=${day}/vanishes.jsonl`;
    writeFileSync(join(vanishing, key), page([event()]));
    const { code, stderr } = await sillage(['run', '--lake', vanishing], {
      before: `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      let looks = 0;
      const look = (path) => {
        if (!String(path).endsWith('vanishes.jsonl') || String(path).includes('scratch')) return;
        looks += 1;
        if (looks === ${look}) fs.rmSync(path);
      };
      const { lstatSync, createReadStream } = fs;
      const { open } = fs.promises;
      fs.lstatSync = (path, ...rest) => { look(path); return lstatSync(path, ...rest); };
      fs.createReadStream = (path, ...rest) => { look(path); return createReadStream(path, ...rest); };
      fs.promises.open = (path, ...rest) => { look(path); return open(path, ...rest); };
      syncBuiltinESMExports();`,
    });
    expect(existsSync(join(vanishing, key))).toBe(false);
    // Seen no more when it was listed, or missed when it was read: then the step lists again.
    expect({ code, said: stderr.split('\n').filter((line) => /^nothing new|^built/u.test(line)).length }).toEqual({
      code: 0,
      said: 1,
    });
    expect(contents(vanishing, 'curated', 'marts', 'ops/rejects')).toEqual(
      contents(clean, 'curated', 'marts', 'ops/rejects'),
    );
    expect(leftovers(vanishing)).toEqual([]);
  },
);

/** A disk of our own that can be filled and locked; mounting one takes root on Linux. */
const disk = folder('disk', (path) => spawnSync('umount', [path]));
const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]).status === 0;
// Tried out, and taken back: where no test below is asked for, nobody would.
const mounted = mount() && spawnSync('umount', [disk]).status === 0;

test('a disk can be mounted, or what needs one may be skipped', () => {
  const mayBeSkipped = process.env['CI'] !== 'true' || process.env['SILLAGE_ALLOW_SKIPS'] !== undefined;
  expect(mounted || mayBeSkipped).toBe(true);
});

/** Progress, then one line for a person, and no stack. */
const saysFull = (root: string) =>
  new RegExp(`^(?:[a-z]+ [a-z_]+ \\d+/\\d+ slices\\n)*The lake in ${root} cannot be used: [^\\n]*full[^\\n]*\\n$`, 'u');

(mounted ? describe : describe.skip)(
  'on a disk of its own (skipped where none can be mounted: that takes root on Linux)',
  () => {
    const small = join(disk, 'lake');
    const ballast = join(disk, 'ballast');
    const derived = ['curated', 'marts', 'ops/rejects'];
    const free = () => {
      const { bavail, bsize } = statfsSync(disk);
      return bavail * bsize;
    };
    /** What the results of a run take there. */
    let needed = 0;

    beforeAll(async () => {
      expect(mount()).toBe(true);
      copyRaw(raw, small);
      const before = free();
      await done(['run', '--lake', small]);
      needed = before - free();
      expect(contents(small, ...derived)).toEqual(contents(clean, ...derived));
    });

    test('that is full a run says so, wherever it meets it, leaves whole slices, and a later one finishes', async () => {
      rmSync(small, { recursive: true });
      copyRaw(raw, small);
      /**
       * Runs with room for a share of what is made; or with room for all, until the engine begins to write in a folder.
       */
      const refused = async (share: number, at = 'none') => {
        writeFileSync(ballast, Buffer.alloc(free() - Math.trunc(needed * share)));
        const { code, stdout, stderr } = await sillage(['run', '--lake', small], {
          before: `
          import fs from 'node:fs';
          import { syncBuiltinESMExports } from 'node:module';
          const { mkdir } = fs.promises;
          fs.promises.mkdir = async (path, ...rest) => {
            const made = await mkdir(path, ...rest);
            const { bavail, bsize } = fs.statfsSync(${JSON.stringify(disk)});
            if (String(path).endsWith(${JSON.stringify(at)})) fs.appendFileSync(${JSON.stringify(ballast)}, Buffer.alloc(bavail * bsize));
            return made;
          };
          syncBuiltinESMExports();`,
        });
        rmSync(ballast);
        expect({ share, at, code, stdout, stderr }).toEqual({
          share,
          at,
          code: 3,
          stdout: '',
          stderr: expect.stringMatching(saysFull(small)),
        });
        expect(leftovers(small)).toEqual([]);
        expect(contents(clean, ...derived)).toMatchObject(contents(small, ...derived));
      };
      // Each goes on where the one before had no room. These meet the lake's own writes…
      await refused(0);
      await refused(0.2);
      await done(['run', '--lake', small]);
      expect(contents(small, ...derived)).toEqual(contents(clean, ...derived));
      // …and this one the engine's: the ledger has nothing to write by then.
      rmSync(join(small, 'marts'), { recursive: true });
      await refused(1, '/models');
      await done(['run', '--lake', small]);
      expect(contents(small, ...derived)).toEqual(contents(clean, ...derived));
      expect(leftovers(small)).toEqual([]);
    });

    test('a lake that may not be written can be asked, and says why it cannot be run', async () => {
      const remount = (how: string) => expect(spawnSync('mount', ['-o', `remount,${how}`, disk]).status).toBe(0);
      const before = contents(small, '');
      remount('ro');
      try {
        const [query, status, rejects, verified, ...refused] = await inTurn(
          ['query', '--lake', small, '--format', 'csv', 'SELECT count(*) AS n FROM orders WHERE 1 = 0'],
          ['status', '--lake', small],
          ['rejects', '--lake', small],
          ['verify', '--lake', small],
          ['run', '--lake', small],
          ['up', '--lake', small],
          ['clean', '--confirm', 'lake', '--lake', small],
          ['generate', 'web', '--start-date', '2025-01-04', '--end-date', '2025-01-04', '--lake', small],
        );
        expect(query).toEqual({ code: 0, stdout: 'n\n0\n', stderr: '' });
        expect([status, rejects]).toEqual([
          expect.objectContaining({ code: 0, stderr: '' }),
          expect.objectContaining({ code: 0, stderr: '' }),
        ]);
        expect(verified).toEqual({
          code: 0,
          stdout: '',
          stderr: expect.stringContaining(': 0 damaged, 0 missing, 0 that the ledger does not name'),
        });
        for (const { code, stdout, stderr } of refused) {
          expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
          expect(stderr).toMatch(/^The lake in \S+ cannot be used: its file system is read-only\.[^\n]+\n$/u);
        }
      } finally {
        remount('rw');
      }
      expect(contents(small, '')).toEqual(before);
    });
  },
);

test.each(['curated', 'marts', 'ops', 'raw'])(
  'a file where the folder %s must be is named, and nothing is touched',
  async (name) => {
    const blocked = join(home, `blocked-${name}`);
    copyRaw(clean, blocked);
    rmSync(join(blocked, name), { recursive: true });
    writeFileSync(join(blocked, name), 'mine');
    const before = contents(blocked, '');
    const [run] = await inTurn(['run', '--lake', blocked]);
    expect(run).toEqual({
      code: 3,
      stdout: '',
      stderr:
        `The lake in ${blocked} cannot be used: the file ${join(blocked, name)} stands where a folder must be. ` +
        `Move it away.\n`,
    });
    expect(contents(blocked, '')).toEqual(before);
  },
);

test('a file where a folder of objects must be is named', async () => {
  const blocked = join(home, 'blocked-deep');
  copyRaw(raw, blocked);
  mkdirSync(join(blocked, 'curated'));
  writeFileSync(join(blocked, 'curated/orders'), 'mine');
  const [run] = await inTurn(['run', '--lake', blocked]);
  expect(run?.code).toBe(3);
  expect(run?.stderr.split('\n').at(-2)).toMatch(/curated\/orders stands where its folder must be/u);
});
