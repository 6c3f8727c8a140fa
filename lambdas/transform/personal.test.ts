import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { order, smallLake, uuid, webEvent } from '../../test/small-lake.ts';
import { openMacros, type Macros } from './macro-cases.ts';

let macros: Macros;
let engine: Engine;
beforeAll(async () => {
  macros = await openMacros();
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-personal-test') });
});
afterAll(() => {
  macros.close();
  engine.close();
});

const personal: readonly (readonly [given: string, masked: string])[] = [
  ['jean.martin@example.org', '[email]'],
  ['Merci Jean MARTIN+x@Example.ORG !', 'Merci Jean [email] !'],
  ['/compte/jean@x.fr/edit', '/compte/[email]/edit'],
  ['a%40b.fr', '[email]'],
  ['a%2540b.fr', '[email]'],
  ['jean (at) free.fr', '[email]'],
  ['jean[at]free.fr', '[email]'],
  ['jean＠example.org', '[email]'],
  ['élodie@exämple.fr', '[email]'],
  ['utm_content=jean@x.fr&utm_term=b', 'utm_content=[email]&utm_term=b'],
  ['a@b.fr, c@d.fr', '[email], [email]'],
  ['Contact : 06 12 34 56 78', 'Contact : [phone]'],
  ['0612345678', '[phone]'],
  ['06.12.34.56.78', '[phone]'],
  ['06-12-34-56-78', '[phone]'],
  ['06+12+34+56+78', '[phone]'],
  ['06 12345678', '[phone]'],
  ['0612 345 678', '[phone]'],
  ['+33612345678', '[phone]'],
  ['+33 6 12 34 56 78', '[phone]'],
  ['tel:+33(0)6 12 34 56 78', 'tel:[phone]'],
  ['0033612345678', '[phone]'],
  ['%2B33612345678', '[phone]'],
  ['%2B3%33612345678', '[phone]'],
  ['/tel/06%2012%2034%2056%2078', '/tel/[phone]'],
  ['+44 20 7946 0958', '[phone]'],
  ['jean_0612345678', 'jean_[phone]'],
  ['tel0612345678', 'tel[phone]'],
  ['0612345678_jean', '[phone]_jean'],
  ['06\u00a012\u00a034\u00a056\u00a078', '[phone]'],
  ['+33\u202f6\u202f12\u202f34\u202f56\u202f78', '[phone]'],
  ['(06) 12 34 56 78', '[phone]'],
  ['06  12  34  56  78', '[phone]'],
  ['+1 (415) 555-2671', '[phone]'],
  ['0612345678,0712345678', '[phone],[phone]'],
  ['0612+345+678', '[phone]'],
  ['jean [at] gmail [dot] com', '[email]'],
  ['jean @ gmail.com', '[email]'],
  ['jean@my_domain.fr', '[email]'],
  ['jean@cafe\u0301.fr', '[email]'],
  ['jean&#64;gmail.com', '[email]'],
  ['jean&#x40;gmail.com', '[email]'],
  ['jean\\u0040gmail.com', '[email]'],
  ['jean arobase gmail.com', '[email]'],
  ['Écrire à jean arobase gmail point com merci', 'Écrire à [email] merci'],
  ['06/12/34/56/78', '[phone]'],
  ["jean.o'brien@example.org", '[email]'],
  ['utm_content=jean+(at)+gmail.com', 'utm_content=[email]'],
  ['card_4111111111111111', 'card_[card]'],
  ['4111+1111+1111+1111', '[card]'],
  ['FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189', '[iban]'],
  ['FR76-3000-6000-0112-3456-7890-189', '[iban]'],
  ['01 42 68 53 00 ou 06 12 34 56 78', '[phone] ou [phone]'],
  ['FR76 3000 6000 0112 3456 7890 189', '[iban]'],
  ['FR7630006000011234567890189', '[iban]'],
  ['GB82 WEST 1234 5698 7654 32', '[iban]'],
  ['4111 1111 1111 1111', '[card]'],
  ['4111111111111111', '[card]'],
  ['378282246310005', '[card]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc', '[token]'],
  ['/account/reset/12345/abcdef123456', '/account/reset/[token]'],
  ['/verify-email/abcd1234', '/verify-email/[token]'],
  ['/orders/0123456789abcdef0123456789abcdef', '/orders/[token]'],
  ['/checkouts/cn/Z2NwLWV1cm9wZS13ZXN0MTowMUo5', '/checkouts/cn/[token]'],
  ['/o/123e4567-e89b-42d3-a456-426614174000', '/o/[token]'],
  ['06 1234 5678', '[phone]'],
  ['06-1234-5678', '[phone]'],
  ['06 123 456 78', '[phone]'],
  ['0 612 345 678', '[phone]'],
  ['06 12.34 56.78', '[phone]'],
  ['06–12–34–56–78', '[phone]'],
  ['06\u200912\u200934\u200956\u200978', '[phone]'],
  ['06\t12\t34\t56\t78', '[phone]'],
  ['https://wa.me/33612345678', 'https://[phone]'],
  ['0470 12 34 56', '[phone]'],
  ['020 7946 0958', '[phone]'],
  ['Ren%E9%200612345678', 'Ren%E9%20[phone]'],
  ['jean(a)gmail.com', '[email]'],
  ['jean@\u00adgmail.com', '[email]'],
  ['NL91 ABNA 0417 1643 00', '[iban]'],
  ['NL91ABNA0417164300', '[iban]'],
  ['NO93 8601 1117 947', '[iban]'],
  ['FR76.3000.6000.0112.3456.7890.189', '[iban]'],
  ['IBANFR7630006000011234567890189', 'IBAN[iban]'],
  ['4111_1111_1111_1111', '[card]'],
  ['4111–1111–1111–1111', '[card]'],
  ['3782 8224 6310 005', '[card]'],
  ['AKIAIOSFODNN7EXAMPLE', '[token]'],
  ['sk_live_4eC39HqLyjWDarjtT1', '[token]'],
  ['eyJhbGciOiJIUzI1NiJ9', '[token]'],
  ['33 6 12 34 56 78', '[phone]'],
  ['33-6-12-34-56-78', '[phone]'],
  ['33.6.12.34.56.78', '[phone]'],
  ['33(0)612345678', '[phone]'],
  ['336 12 34 56 78', '[phone]'],
  ['whatsapp 33 612 345 678', 'whatsapp [phone]'],
  ['tel:33612345678', 'tel:[phone]'],
  ['Tél. 33612345678 svp', 'Tél. [phone] svp'],
  ['api.whatsapp.com/send?phone=33612345678', 'api.whatsapp.com/send?phone=[phone]'],
  // Without its plus, among words or as what a parameter says.
  ['Rappelez-moi au 33612345678.', 'Rappelez-moi au [phone].'],
  ['33612345678, 33712345678 merci', '[phone], [phone] merci'],
  ['utm_campaign=33612345678', 'utm_campaign=[phone]'],
  ['q=33612345678&page=2', 'q=[phone]&page=2'],
  ['page=2&search=33%20612345678', 'page=2&search=[phone]'],
  ['portable 32470123456 ou 41791234567', 'portable [phone] ou [phone]'],
  ['"jane doe"@example.fr', '[email]'],
  ['Écrire à "jane.doe"@example.fr.', 'Écrire à [email].'],
  ['q=%22jane%20doe%22%40example.fr', 'q=[email]'],
  ['jane=40example.fr', '[email]'],
  ['q=jane=3D40example.fr', 'q=[email]'],
  ['q=jane%3D40example.com', 'q=[email]'],
  ['jane%252540example.fr', '[email]'],
  ['jane%26%2364%3Bexample.fr', '[email]'],
  ['jane&amp;#64;example.fr', '[email]'],
  ['jane&commat;example&period;fr', '[email]'],
  ['jane\\x40example.fr', '[email]'],
  ['jane%EF%BC%A0example.fr', '[email]'],
  ['jane@xn--caf-dma.fr', '[email]'],
  ['jane@xn--80ak6aa92e.xn--p1ai', '[email]'],
  ['jane@пример.рф', '[email]'],
  ['mailto:jane@example.fr', 'mailto:[email]'],
  ['mailto%3Ajane%40example.fr', 'mailto:[email]'],
];

const ordinary: readonly string[] = [
  'Crème hydratante 2 x 50 ml – 24/7',
  'SPF 50+ 30 ml',
  '/produits/creme-hydratante-visage-bio-50ml',
  'soldes_ete_2025_01_02',
  '3760123456789',
  '23847123456789012',
  '1712345678901234',
  '4111111111111112',
  '#1001 / 1002',
  '01/02/2025 12:30',
  '2025-01-02 10:00',
  '02.01.2025 10:00:00',
  'Coffret 35,90 € au lieu de 45,90 €',
  '100 % bio',
  '@lea.bio sur Instagram',
  'collab @lea.bio ou @mia.vert',
  'spring-summer-2025-collection-femme-50',
  // Of a Meta campaign: sixteen of its digits are those of a card.
  '23844532009587948',
  '41111111111111112222',
  'Prospecting_2025-01-02_FR',
  'Kit (a) ou (b)',
  'Ref AB12 3456 789',
  '6543210987',
  '7654321098765',
  'prix 12.50 - 13.50 EUR',
  'fr25summersale',
  'lookalike_1pct_fr_f_25_44',
  '/collections/all',
  '/blog/2024/05/12/routine',
  'Comment taper une arobase sur Mac',
  '06/12/25 et 07/12/25',
  '/pages/confirmation',
  '/invitation',
  '/confirmation/merci',
  'black friday -30%',
  'EAN 3-760123-456789',
  '120 Paris 75001',
  'pack 3 4 5 6 7 8',
  'creme+hydratante+visage',
  '1920x1080',
  'fr-FR',
  'newsletter',
  '/en-fr/products/serum-anti-age?',
  'cosmetiquesnaturelsetbiologiques',
  'a@b',
  '@',
  '%40',
  '01/02/03/04/05 tailles',
  '3@2.50',
  'EAN+4006381333931',
  'EAN 4006381333931',
  '+ 2025 10 20',
  '1 + 1 = 2',
  'C++ 11',
  '2 + 30 ml offerts',
  '33612345678',
  // Ids: of an ad group or an older product, alone, in a path or called so.
  '/products/33612345678',
  'variant=33612345678',
  'utm_id=33612345678&gad_campaignid=33612345678',
  '#33612345678',
  '133612345678',
  'carton 336123456789',
  'GA1.1.33612345678.1700000000',
  'fb.1.1558571054389.33612345678',
  'EAIaIQobChMI-33612345678_BwE',
  'width=40px.webp',
  'page=40&sort_by=price.fr',
  'pack 33 6 12 ml',
  'hotel 2025 12 24',
  'iphone 15 256 go',
  'telephone portable 120210123456789012',
  'smartphone=33612345678',
];

describe('free texts', () => {
  test('lose what looks personal', async () => {
    const found = await macros.evaluate(
      'masked(x)',
      personal.map(([given]) => given),
    );
    expect(personal.map(([given], i) => [given, found[i]])).toEqual(personal);
  });

  test('are looked at where they stand among the other texts of a row', async () => {
    const texts = [...personal.map(([given]) => given), uuid(1), 'GB29NWBK60161331926819', '0612345678'];
    expect(await macros.evaluate("may_be_personal(concat_ws(chr(10), '1', x, NULL, '2'))", texts)).toEqual(
      texts.map(() => true),
    );
  });

  test('keep all else, to the letter', async () => {
    expect(await macros.evaluate('masked(x)', ordinary)).toEqual(ordinary);
  });

  test('masked once more, or passed over where there is none, they are the same', async () => {
    expect(
      await macros.evaluate(
        'masked(x)',
        personal.map(([, masked]) => masked),
      ),
    ).toEqual(personal.map(([, masked]) => masked));
    expect(await macros.evaluate('masked(x)', [null, ''])).toEqual([null, '']);
  });
});

test('of a query string, only the parameters on the list are kept', async () => {
  const cases = [
    'utm_source=a&email=x@y.fr&gclid=G&nom=Martin',
    'token=1',
    'q=jean%40x.fr&page=2',
    'UTM_Source=A&Gclid=b',
    'utm_sourcex=1&xutm_source=2',
    '',
  ];
  expect(await macros.evaluate('masked(kept_parameters(x))', cases)).toEqual([
    'utm_source=a',
    null,
    'q=[email]&page=2',
    'UTM_Source=A',
    null,
    null,
  ]);
});

test('each parameter that is kept is, in any case', async () => {
  const campaign = ['source', 'medium', 'campaign', 'id', 'content', 'term', 'source_platform', 'creative_format'];
  const names = [
    ...campaign.map((name) => `utm_${name}`),
    'utm_marketing_tactic',
    'gad_source',
    'gad_campaignid',
    'q',
    's',
    'query',
    'search',
    'page',
    'sort_by',
    'variant',
    'ref',
    'code',
    'discount',
  ];
  const pairs = names.flatMap((name) => [`${name}=a`, `${name.toUpperCase()}=a`]);
  expect(await macros.evaluate('kept_parameters(x)', pairs)).toEqual(pairs);
  expect(await macros.evaluate('kept_parameters(x)', [pairs.join('&')])).toEqual([pairs.join('&')]);
});

describe('an id by which tables are joined', () => {
  const plain = [
    '2 x "Soin"@12.50',
    '1001',
    '#1001',
    'ORD-2025-0042',
    '23844532009587948',
    '4111111111111111',
    '0100',
    '0000123456',
    '01000012345',
    'LEA10',
    'été-2025',
    'Contrat Léa 2025',
    '820982911946154508',
    'gid://shopify/Order/5678',
    null,
    '',
  ];

  test('stays as it is where nothing in it is personal, and digits alone do', async () => {
    expect(await macros.evaluate('masked_id(x)', plain)).toEqual(plain);
  });

  test('that is personal becomes another for each, and one for the same', async () => {
    const given = [
      'jean.martin@gmail.com',
      'Contrat jean.martin@gmail.com',
      '0412345678',
      '0198765432',
      '06 12 34 56 78',
      '+33612345678',
      uuid(1),
      uuid(2),
      '0123456789abcdef0123456789abcdef',
      '0123456789abcdef0123456789abcdee',
    ];
    const found = z.array(z.string()).parse(await macros.evaluate('masked_id(x)', given));
    for (const one of found) expect(one).toMatch(/^id-[0-9a-f]{16}$/);
    expect(new Set(found).size).toBe(given.length);
    expect(await macros.evaluate('masked_id(x)', given)).toEqual(found);
    // What it has become is an id like another.
    expect(await macros.evaluate('masked_id(x)', found)).toEqual(found);
  });

  test('of a path: two pages stay two, and their parts stay apart', async () => {
    const given = [
      `/r/${uuid(1)}`,
      `/r/${uuid(2)}`,
      '/u/jean@x.fr/orders',
      '/produits/creme-bio',
      '/account/reset/12345/abcdef123456',
    ];
    const found = z.array(z.string()).parse(await macros.evaluate('masked_path(x)', given));
    expect(found[0]).toMatch(/^\/r\/id-[0-9a-f]{16}$/);
    expect(found[1]).not.toBe(found[0]);
    expect(found[2]).toMatch(/^\/u\/id-[0-9a-f]{16}\/orders$/);
    expect(found.slice(3)).toEqual(['/produits/creme-bio', '/account/reset/[token]']);
  });
});

test('a text of many tokens costs no more than its length', async () => {
  const long = Array.from({ length: 48_000 }, (_, i) => `a1b2c3d4e5f6g7h${String(i).padStart(5, '0')}`).join(' ');
  expect(await macros.evaluate('masked(x)', [long])).toEqual(['[text]']);
  expect(await macros.evaluate('masked(x)', ['crème '.repeat(10_000)])).toEqual(['crème '.repeat(10_000)]);
});

test('an id that is an address or a number is none', async () => {
  const cases = [
    'v-1',
    '7000000000001',
    'jean@x.fr',
    'jean%40x.fr',
    '0612345678',
    '+33612345678',
    '1234567890.1700000000',
    uuid(1),
    'GA1.1.123456789.1700000000',
    'FR7630006000011234567890189',
    'tel0612345678',
    'ab12cd34',
    'ead070d4-b481-4389-8602-22ee9305d939',
  ];
  expect(await macros.evaluate('impersonal_id(x)', cases)).toEqual([
    'v-1',
    '7000000000001',
    null,
    null,
    null,
    null,
    '1234567890.1700000000',
    uuid(1),
    'GA1.1.123456789.1700000000',
    null,
    null,
    'ab12cd34',
    'ead070d4-b481-4389-8602-22ee9305d939',
  ]);
});

test('an account number that stands where an id should is no id, of whatever country it is', async () => {
  // The examples of the IBAN registry.
  const accounts = [
    'FR1420041010050500013M02606',
    'DE89370400440532013000',
    'GB29NWBK60161331926819',
    'IT60X0542811101000000123456',
    'NL91ABNA0417164300',
    'NO9386011117947',
    'BE68539007547034',
    'ES9121000418450200051332',
    'CH9300762011623852957',
    'LU280019400644750000',
    'CY17002001280000001200527600',
    'MC5811222000010123456789030',
    'KW81CBKU0000000000001234560101',
    'BR1800360305000010009795493C1',
  ];
  expect(await macros.evaluate('impersonal_id(x)', accounts)).toEqual(accounts.map(() => null));
});

test('no id that programs make is taken for a person’s number', async () => {
  const seed = Date.now() % 2 ** 31;
  let made = 0;
  const hex = (length: number) => createHash('sha256').update(`${seed} ${made++}`).digest('hex').slice(0, length);
  const ids = [
    'ead070d4-b481-4389-8602-22ee9305d939',
    ...Array.from({ length: 20_000 }, (_, i) =>
      i % 2 === 0 ? `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}` : hex(32),
    ),
  ];
  const found = await macros.evaluate('impersonal_id(x)', ids);
  expect({ seed, lost: ids.filter((id, i) => found[i] !== id) }).toEqual({ seed, lost: [] });
});

/** A secret that names one person, and the forms in which it may stand in a text. */
const email = fc
  .tuple(
    fc.stringMatching(/^[a-z]{3,8}$/),
    fc.stringMatching(/^[a-z]{4,8}$/),
    fc.constantFrom('fr', 'com', 'co.uk', 'org'),
  )
  .map(([who, host, end]) => `zq${who}@${host}.${end}`);
const phone = fc
  .tuple(fc.constantFrom('06', '07', '01'), fc.stringMatching(/^[0-9]{8}$/))
  .map(([start, rest]) => `${start}${rest}`);
const token = fc.stringMatching(/^[0-9a-f]{32}$/);
const spaced = (digits: string, by: string): string => digits.replace(/(..)(?=.)/g, `$1${by}`);
const planted = fc
  .oneof(
    email.map((text) => ({
      needle: text.split('@')[0] ?? '',
      forms: [text, text.toUpperCase(), text.replace('@', '%40'), text.replace('@', '%2540'), `${text}.`, `(${text})`],
    })),
    phone.map((text) => ({
      needle: text.slice(2),
      forms: [
        text,
        spaced(text, ' '),
        spaced(text, '.'),
        spaced(text, '-'),
        `+33${text.slice(1)}`,
        `0033${text.slice(1)}`,
      ],
    })),
    token.map((text) => ({ needle: text, forms: [text] })),
  )
  .chain(({ needle, forms }) => fc.constantFrom(...forms).map((form) => ({ needle, form, isToken: needle === form })));

test('whatever is planted wherever, consented or not, is in no curated table', async () => {
  const plan = fc.record({
    secret: planted,
    consent: fc.boolean(),
    before: fc.constantFrom('', 'Merci ', 'x='),
    behind: fc.constantFrom('', ' !', '/fin'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 40, maxLength: 40 }), async (plans) => {
      const small = await smallLake(engine);
      try {
        const uri = (text: string): string => (text.includes('%') ? text : encodeURIComponent(text));
        const events = plans.flatMap(({ secret: { form, isToken }, consent, before, behind }, i) => {
          const text = `${before}${form}${behind}`;
          const place = (n: number, over: Readonly<Record<string, unknown>>) =>
            webEvent(100 * i + n, { visitor_id: `v${i}`, consent: { analytics: consent, ads: false }, ...over });
          return [
            place(1, {
              page: {
                url: `https://shop.example/a/${uri(form)}/b?email=${uri(form)}&q=${uri(text)}#${form}`,
                referrer: `https://r.example/${uri(form)}?x=${uri(form)}`,
                title: text,
              },
            }),
            place(2, {
              page: {
                url:
                  `https://shop.example/?utm_source=${uri(form)}&utm_medium=${uri(text)}&utm_campaign=${uri(text)}&` +
                  `utm_id=${uri(form)}&utm_content=${uri(text)}&utm_term=${uri(form)}`,
                referrer: '',
                title: 'T',
              },
            }),
            place(3, {
              visitor_id: isToken ? 'v' : form,
              customer_id: isToken ? null : form,
              language: form,
              screen: form,
              user_agent: `Mozilla/5.0 ${form}`,
            }),
            place(4, {
              event_name: 'purchase',
              ecommerce: {
                transaction_id: text,
                value: 1,
                currency: 'EUR',
                coupon: form,
                items: [{ item_id: form, item_name: text, item_category: form, price: 1, quantity: 1 }],
              },
            }),
            place(5, { page: { url: `https://${uri(form)}@shop.example/`, referrer: '', title: 'T' } }),
          ];
        });
        const orders = plans.map(({ secret: { form }, before, behind }, i) =>
          order(i, {
            email: form,
            note: form,
            tags: form,
            source_name: form,
            discount_codes: [{ code: form }, { code: `${before}${form}` }],
            landing_site:
              `/p/${uri(form)}?utm_campaign=${uri(form)}&utm_content=${uri(`${form}${behind}`)}&` +
              `utm_source=${uri(form)}&utm_medium=${uri(form)}&utm_id=${uri(form)}&token=${uri(form)}`,
            referring_site: `https://x.example/${uri(form)}`,
            note_attributes: [{ name: 'n', value: form }],
            line_items: [
              {
                id: 9_000_000_000_000 + i,
                product_id: 1,
                variant_id: 2,
                sku: 'S',
                title: `Gravure ${form}`,
                quantity: 1,
                price: '1.00',
                total_discount: '0.00',
                tax_lines: [],
              },
            ],
          }),
        );
        const customers = plans.map(({ secret: { form } }, i) => ({
          id: 7_000_000_000_000 + i,
          created_at: '2025-01-01T10:00:00Z',
          updated_at: '2025-01-02T10:00:00Z',
          email: form,
          phone: form,
          first_name: form,
          last_name: form,
          tags: `vip, ${form}`,
          note: form,
          default_address: { address1: form, country_code: 'FR' },
          state: 'enabled',
          orders_count: 1,
        }));
        await small.drop('raw/web/events/dt=2025-01-05/a.jsonl.gz', events);
        await small.drop('raw/crm/orders/dt=2025-01-05/o.jsonl.gz', orders);
        await small.drop('raw/crm/customers/dt=2025-01-05/c.jsonl.gz', customers);
        const stored: unknown[] = [];
        for (const table of ['web_events', 'customers', 'orders', 'order_items']) {
          await small.transform(table);
          stored.push(...(await small.rows(table)));
        }
        expect(stored.length).toBeGreaterThanOrEqual(6 * plans.length);
        // Column by column, so that two texts side by side make none that was not there.
        const texts = stored.flatMap((row) =>
          Object.entries(z.record(z.string(), z.unknown()).parse(row)).map(
            ([column, value]) =>
              `${column}: ${JSON.stringify(value)
                .toLowerCase()
                .replaceAll(/[ .-]|%20/g, '')}`,
          ),
        );
        const found = plans.flatMap(({ secret: { needle, form } }) =>
          texts.filter((text) => text.includes(needle.toLowerCase())).map((text) => `${form} in ${text}`),
        );
        expect(found).toEqual([]);
      } finally {
        await small.dispose();
      }
      // Each of forty plans tells its form itself: there is nothing to shrink.
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
