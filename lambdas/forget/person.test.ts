import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emailOf, Finder, idOf, phoneOf, type Person } from './person.ts';

const none: ReadonlySet<string> = new Set();
const person = (over: Partial<Person>): Person => ({
  emails: none,
  phones: none,
  sharedPhones: none,
  customers: none,
  visitors: none,
  sharedVisitors: none,
  orders: none,
  ...over,
});
const camille = new Finder(person({ emails: new Set(['camille.noël+bio@mail.example.org']) }));
const bob = new Finder(
  person({
    emails: new Set(['bob@x.fr']),
    phones: new Set(['33612345678']),
    customers: new Set(['7100000000312', '42']),
    visitors: new Set(['b4cc962c-a93b-4e6b-821f-2c48ea780285']),
  }),
);

/** The ways of one sign, each written here on its own, by the standards of URLs, HTML and JSON. */
const spellings: readonly ((sign: string) => string)[] = [
  (sign) => sign,
  (sign) => sign.toUpperCase(),
  (sign) => [...Buffer.from(sign)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  (sign) => [...Buffer.from(sign)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  (sign) => String.raw`\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  (sign) => `&#${sign.codePointAt(0)};`,
  (sign) => `&#x${(sign.codePointAt(0) ?? 0).toString(16)};`,
  (sign) => (sign === '@' ? '&commat;' : sign === '.' ? '&period;' : sign),
];

/** What is laid over a whole text, as a link in a link, or a text in JSON. */
const wrappings: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => text.replaceAll('&', '&amp;'),
  (text) => text.replaceAll('%', '%25'),
];

const written = (address: string) =>
  fc
    .tuple(
      fc.tuple(...Array.from(address, (sign) => fc.constantFrom(...spellings.map((spell) => spell(sign))))),
      fc.array(fc.constantFrom(...wrappings), { maxLength: 3 }),
    )
    .map(([signs, wraps]) => wraps.reduce((text, wrap) => wrap(text), signs.join('')));

const before = fc.constantFrom(
  '',
  'écrit à ',
  'https://shop.example/?email=',
  '<',
  'x=1&e=',
  '"',
  'mailto:',
  '\n',
  '(',
  '%20',
  '%22',
);
const behind = fc.constantFrom('', ' merci', '&utm_source=a', '>', '"}', '.', ', ', '#a', '%20', '\n');

describe('an address', () => {
  test.each([
    ['orders bob@x.fr.csv', 'orders [email].csv'],
    ['{"file":"bob@x.fr.csv.gz","row":3}', '{"file":"[email].csv.gz","row":3}'],
    ['export-pour bob@x.fr.XLSX', 'export-pour [email].XLSX'],
    ['bob@x.fr.example', 'bob@x.fr.example'],
    ['bob@x.fr.csv-host.example', 'bob@x.fr.csv-host.example'],
  ])('a file may be called after it: %s', (text, masked) => {
    expect(bob.masked(text)).toBe(masked);
    expect(bob.isIn(text)).toBe(text !== masked);
  });

  test('is found however it is written, and nothing else goes with it', () =>
    fc.assert(
      fc.property(before, written('camille.noël+bio@mail.example.org'), behind, (left, address, right) => {
        const text = `${left}${address}${right}`;
        expect(camille.isIn(text)).toBe(true);
        expect(camille.masked(text)).toBe(`${left}[email]${right}`);
      }),
      { numRuns: 2000 },
    ));

  test('is not found in a text that does not hold it', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        fc.pre(!/noël/iu.test(text));
        expect(camille.masked(text)).toBe(text);
      }),
    ));

  test.each([
    ['jbob@x.fr'],
    ['j.bob@x.fr'],
    ['%2Ebob@x.fr'],
    ['bob@x.frankfurt'],
    ['bob@x.fr.example.com'],
    ['bob@x-fr'],
    ['bobx.fr'],
  ])("%s is another's", (text) => expect(bob.masked(text)).toBe(text));

  test.each([
    ['contact+bob%40x.fr', 'contact+[email]'],
    ['Bob@X.FR, bob@x.fr', '[email], [email]'],
    ['bob (at) x.fr', '[email]'],
    ['bob [at] x [dot] fr', '[email]'],
    ['écrire à bob arobase x point fr, merci', 'écrire à [email], merci'],
    ['bob＠x.fr', '[email]'],
    [String.raw`{"a":"l1\nbob@x.fr"}`, String.raw`{"a":"l1\n[email]"}`],
  ])('%s', (text, masked) => expect(bob.masked(text)).toBe(masked));
});

describe('numbers and ids', () => {
  test.each([
    ['+33612345678', '[phone]'],
    ['06 12 34 56 78', '[phone]'],
    ['06.12.34.56.78!', '[phone]!'],
    ['0033 6 12 34 56 78', '[phone]'],
    ['+33 (0)6 12 34 56 78', '[phone]'],
    ['tel=06%2012%2034%2056%2078', 'tel=[phone]'],
    ['%2B33612345678', '[phone]'],
    ['1061234567890', '1061234567890'],
    ['gid://shopify/Customer/7100000000312', 'gid://shopify/Customer/[id]'],
    ['71000000003120', '71000000003120'],
    ['a7100000000312', 'a7100000000312'],
    ['B4CC962C-A93B-4E6B-821F-2C48EA780285', '[id]'],
    ['%22b4cc962c-a93b-4e6b-821f-2c48ea780285%22', '%22[id]%22'],
    ['42 euros', '42 euros'],
  ])('%s', (text, masked) => expect(bob.masked(text)).toBe(masked));

  test('a number of a JSON text that is an id becomes null, and the text stays JSON', () => {
    const json = '{"user_id":7100000000312,"n":1.50,"t":"7100000000312 \\u0062ob@x.fr"}';
    expect(bob.maskedJson(json)).toBe('{"user_id":null,"n":1.50,"t":"[id] [email]"}');
  });
});

test.each([
  [emailOf(' Camille@Example.ORG '), 'camille@example.org'],
  [emailOf('nobody'), undefined],
  [phoneOf('06 12 34 56 78'), '33612345678'],
  [phoneOf('+33 (0)6 12 34 56 78'), '33612345678'],
  [phoneOf('+41 79 123 45 67'), '41791234567'],
  [phoneOf('12'), undefined],
  [idOf('undefined'), undefined],
  [idOf(7_100_000_000_312), '7100000000312'],
])('%s', (found, expected) => expect(found).toBe(expected));

describe('several persons at once', () => {
  const persons = [
    person({ emails: new Set(['bob@x.fr']), customers: new Set(['7100000000312']) }),
    // Its longest run begins that of another; of one, nothing is a plain sign.
    person({ emails: new Set(['bobby.tables@x.fr']), phones: new Set(['33612345678']) }),
    person({ emails: new Set(['иван@пример.рф']), visitors: new Set(['7100000000312-b']) }),
    person({ phones: new Set(['41791234567']), customers: new Set(['12345678']) }),
  ];
  const all = (name: keyof Person) => new Set(persons.flatMap((one) => [...one[name]]));
  const together = new Finder(
    person({
      emails: all('emails'),
      phones: all('phones'),
      customers: all('customers'),
      visitors: all('visitors'),
    }),
  );
  const alone = persons.map((one) => new Finder(one));
  const names = ['bob@x.fr', 'BOBBY.tables@x.fr', 'иван@пример.рф', '7100000000312', '7100000000312-b', '12345678', '06 12 34 56 78', '+41791234567']; // prettier-ignore
  const noise = [
    'bob',
    'bobby',
    'x.fr',
    'tables',
    '710000000031',
    '@',
    'é',
    'z',
    '9',
    ' ',
    '.',
    '-',
    '&',
    '/',
    '%2E',
    '\n',
  ];
  const piece = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...names) },
    { weight: 3, arbitrary: fc.constantFrom(...noise) },
  );

  test('are found where one of them is, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, isEncoded) => {
        const text = isEncoded ? encodeURIComponent(pieces.join('')) : pieces.join('');
        expect(together.isIn(text)).toBe(alone.some((one) => one.isIn(text)));
        expect(together.find(text).length > 0).toBe(alone.some((one) => one.find(text).length > 0));
        expect(alone.some((one) => one.isIn(together.masked(text)))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
