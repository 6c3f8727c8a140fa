/** What stands beside the figures of a sheet of influencers: other costs, that a deal fell through, no code, several days. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { landed, lookAt, partsOf, totals } from './samples/look-at.ts';
import { workbook } from './samples/workbook.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'influencer-remarks-'));
});
afterEach(() => rm(home, { recursive: true }));

const sheet = (headings: string, ...rows: readonly string[]) =>
  [`Pseudo;Date;${headings}`, ...rows.map((cells, at) => `@lea${at};${12 + at}/03/2025;${cells}`)].join('\n');
const notesOf = async (text: string) => (await partsOf(home, 'deals.csv', text))[0]?.notes.join('\n');

describe('costs in columns that are not read', () => {
  test.each(['Frais agence', 'Usage rights', 'Total HT', 'Commission (€)', 'Boost'])(
    'are told: %s',
    async (heading) => {
      expect(await notesOf(sheet(`Cachet;${heading};Code`, '100;;LEA', '100;20;MIA'))).toMatch(
        /What a deal costs is its “Cachet”; not counted is “.*” \(row 3: 20\)\. .*--map/,
      );
    },
  );
  test.each([
    ['TVA', '20'],
    ['Total TTC', '120'],
    ['Total HT', '100'],
    ['CA total', '900'],
    ['Total posts', '3'],
    ['CPM', '8'],
    ['Reste à payer', '50'],
    ['Frais agence', '0'],
  ])('are none: %s of %s', async (heading, cell) => {
    expect(await notesOf(sheet(`Cachet;${heading};Code`, `100;${cell};LEA`))).not.toContain('not counted');
  });
});

describe('a fee that is for each post or month', () => {
  test.each([
    ['Par', 'mois'],
    ['Unité', 'story'],
    ['Unité', 'par story'],
    ['Fee type', 'per post'],
    ['Type de rémunération', 'Mensuelle'],
    ['Notes', '/ post'],
    ['Remarque', 'par mois'],
  ])('is told: “%s” of “%s”', async (heading, cell) => {
    expect(await notesOf(sheet(`Cachet;${heading};Code`, '100;;LEA', `300;${cell};MIA`))).toContain(
      `“Cachet” seems to be for each one (“${heading}”, row 3: ${cell}), and counts once a row`,
    );
  });
  test.each([
    ['Format', 'Story'],
    ['Contenu', '3 posts'],
    ['Unité', 'forfait'],
    ['Type de rémunération', 'fixe'],
    ['Notes', 'payé par virement'],
  ])('is none: “%s” of “%s”', async (heading, cell) => {
    expect(await notesOf(sheet(`Cachet;${heading};Code`, `300;${cell};MIA`))).not.toContain('for each one');
  });
  test('is nothing where there is no fee', async () => {
    expect(await notesOf(sheet('Cachet;Par;Code', '0;mois;MIA'))).not.toContain('for each one');
  });
});

describe('goods beside a fee in another currency', () => {
  const of = (headings: string, cells: string) => partsOf(home, 'deals.csv', sheet(`${headings};Code`, `${cells};LEA`));
  test.each<[string, string, string]>([
    ['Coût produits (EUR);Cachet (USD)', '40;1000', 'fees 1000.00 USD'],
    ['Cachet ($);Coût produits (€)', '1000;40', 'fees 1000.00 USD'],
    ['Coût produits (EUR);Cachet', '40;1000', 'fees 1000.00 EUR'],
  ])('the fee is in the currency of its own heading: %s', async (headings, cells, fees) => {
    const [part] = await of(headings, cells);
    expect([totals(part)?.[1], part?.notes.join()]).toEqual([fees, expect.not.stringContaining('goods cost')]);
  });
  test('are refused where their heading names another than EUR', async () => {
    const text = sheet('Cachet (EUR);Coût produits (USD);Code', '1000;40;LEA');
    expect(await lookAt(home, 'deals.csv', text)).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/^“Coût produits \(USD\)” is in USD.*Write it in EUR/) as unknown },
    ]);
    expect((await of('Cachet (EUR);Coût produits (USD)', '1000;')).length).toBe(1);
  });
  test('are told to be read in EUR, and refused with their row where their cell says otherwise', async () => {
    expect((await of('Cachet (USD);Coût produits', '1000;40'))[0]?.notes.join()).toMatch(
      /“Coût produits” is read in EUR.*fees are in USD \(row 2\)/,
    );
    const dollars = sheet('Cachet;Coût produits;Code', '500 €;30 €;MIA', '$1000;$40;LEA');
    const [part] = await partsOf(home, 'deals.csv', dollars);
    expect([totals(part), part?.notes.join()]).toEqual([
      ['deals 1', 'fees 500.00 EUR'],
      expect.stringMatching(/row 3, “Coût produits” is “\$40”\): write what the goods cost in EUR/),
    ]);
  });
});

describe('a deal that a sheet tells twice', () => {
  const twice = (headings: string, ...rows: readonly string[]) =>
    notesOf([`Pseudo;Date;Code;Cachet;${headings}`, ...rows].join('\n'));
  test.each<[string, string, string, string]>([
    ['with another fee', 'Note', '@lea;15/03/2025;LEA10;500;', 'Lea;2025-03-15;lea10;600;'],
    ['with another state', 'Statut', '@lea;15/03/2025;LEA10;500;Signé', '@lea;15/03/2025;LEA10;500;Payé'],
    ['without a code', 'Note', '@lea;15/03/2025;;500;a', '@lea;15/03/2025;;500;b'],
  ])('is told, for both count: %s', async (_, heading, first, second) => {
    const other = '@max;15/03/2025;MAX;100;';
    expect(await twice(heading, first, other, second.replace('2025-03-15', '15/03/2025'))).toMatch(
      /^1 row tells of an influencer, a day and a code .*\(rows 2 and 4: @lea, 500 and \d00\), and each counts/m,
    );
  });
  test.each<[string, string, string, string]>([
    ['another code', 'Note', '@lea;15/03/2025;LEA10;500;', '@lea;15/03/2025;LEA20;500;a'],
    ['another day', 'Note', '@lea;15/03/2025;LEA10;500;', '@lea;16/03/2025;LEA10;500;'],
    ['another platform', 'Plateforme', '@lea;15/03/2025;LEA10;500;Instagram', '@lea;15/03/2025;LEA10;500;TikTok'],
    ['no fee of its own', 'Note', '@lea;15/03/2025;LEA10;500;', '@lea;15/03/2025;LEA10;0;story'],
    ['another format', 'Format', '@lea;15/03/2025;LEA10;500;Reel', '@lea;15/03/2025;LEA10;200;Story'],
    ['an id of its own', 'Ref', '@lea;15/03/2025;LEA10;500;1', '@lea;15/03/2025;LEA10;600;2'],
  ])('is none where the second has %s', async (_, heading, first, second) => {
    expect(await twice(heading, first, second)).not.toContain('and each counts');
  });
});

test('a currency that is none refuses its deal alone, and no rate is asked for it', async () => {
  const [part] = await partsOf(home, 'deals.csv', sheet('Cachet;Devise;Code', '100;euros;LEA', '90;dollars canadiens;MIA')); // prettier-ignore
  expect(part?.notes.join('\n')).toMatch(
    /1 row is going to be refused.*row 3, “Devise” is “dollars canadiens”\): write the three letters of a currency/u,
  );
  expect([totals(part), part?.currencies]).toEqual([['deals 1', 'fees 100.00 EUR'], ['EUR']]);
});

describe('a fee that another column says is with VAT', () => {
  test.each([
    ['HT/TTC', 'TTC'],
    ['TVA', 'TVA incluse'],
    ['Taxes', 'incl. VAT'],
    ['TVA incluse ?', 'oui'],
    ['VAT included', 'yes'],
    ['TTC', 'x'],
  ])('is told: “%s” of “%s”', async (heading, cell) => {
    expect(await notesOf(sheet(`Cachet;${heading};Code`, '100;;LEA', `120;${cell};MIA`))).toContain(
      `1 fee is with VAT by “${heading}” (the first: row 3, “${cell}”), and Sillage counts costs without`,
    );
  });
  test.each([
    ['HT/TTC', '120;HT'],
    ['TVA', '120;20 %'],
    ['TVA incluse ?', '120;non'],
    ['HT/TTC', '120;x'],
    ['HT/TTC', '0;TTC'],
  ])('is none: “%s” of “%s”', async (heading, cells) => {
    expect(await notesOf(sheet(`Cachet;${heading};Code`, `${cells};MIA`))).not.toContain('VAT');
  });
});

describe('what goods are worth that were given', () => {
  test.each([
    'Valeur des produits offerts',
    'Valeur PVP',
    'Retail value',
    'Gift value',
    'Dotation',
    'Valeur boutique TTC',
  ])('is told where it is not read: %s', async (heading) => {
    expect(await notesOf(sheet(`Cachet;${heading};Code`, 'gifted;;LEA', 'gifted;120;MIA'))).toMatch(
      /Goods were given \(“.*”, row 3: 120\), and what they cost is not counted\. .*--map ".*=product_cost"/,
    );
  });
  test('is told where it is taken for their cost', async () => {
    const told = /“Valeur produits” is read as what the goods cost the shop\. Where it is what they sell for/;
    expect(await notesOf(sheet('Cachet;Valeur produits', 'gifted;120'))).toMatch(told);
    expect(await notesOf(sheet('Cachet;Coût produits', 'gifted;120'))).not.toMatch(/what (?:they|the goods) cost the/);
  });
  test.each([
    ['Valeur panier', '52'],
    ['Valeur média', '450'],
    ['Code cadeau', '10'],
    ['Dotation', 'sérum + crème'],
    ['Gift value', '0'],
  ])('is none: %s of %s', async (heading, cell) => {
    expect(await notesOf(sheet(`Cachet;${heading}`, `100;${cell}`))).not.toContain('Goods were given');
  });
});

describe('a deal that fell through, by a column that is not read', () => {
  test.each([
    ['Commentaire', 'annulé par elle'],
    ['Situation', 'Refusé'],
    ['Validé', 'non'],
  ])('is told: %s, %s', async (heading, cell) => {
    expect(await notesOf(sheet(`Cachet;${heading}`, `100;ok`, `200;${cell}`))).toMatch(
      `1 deal counts of which another column seems to say that nothing came of it (row 3, “${heading}”: “${cell}”)`,
    );
  });
  test.each([
    ['Nom', 'Anna Storni'],
    ['Validé', 'oui'],
    ['Commentaire', 'très bien'],
  ])('is none: %s, %s', async (heading, cell) => {
    expect(await notesOf(sheet(`Cachet;${heading}`, `100;${cell}`))).not.toContain('nothing came of it');
  });
  test.each(['Reporté', 'Ghosting', 'Stand-by', 'Pas de réponse', 'No show'])('is asked for: “%s”', async (state) => {
    const [one] = await lookAt(home, 'deals.csv', sheet('Cachet;Statut', `100;${state}`));
    expect(one?.kind === 'refused' && one.why).toContain(`came about is not known: “${state}” (1)`);
  });
});

describe('that a fee was paid, or when, is no other fee', () => {
  test.each(['Payé;Cachet', 'Cachet;Payé'])('%s', async (headings) => {
    const cells = (fee: string, paid: string) => (headings.startsWith('Payé') ? `${paid};${fee}` : `${fee};${paid}`);
    const text = sheet(headings, cells('100', 'oui'), cells('50', '12/04/2025'), cells('25', ''));
    expect(totals((await partsOf(home, 'deals.csv', text))[0])).toContain('fees 175.00 EUR');
  });
});

test.each([
  ['«LEA20»', 'LEA20'],
  ['LEA10 (-10%)', 'LEA10'],
  ['LEA10 : 10 %', 'LEA10'],
  ['Code : LEA10', 'LEA10'],
  ['pas de code', ''],
  ['N/A', ''],
  ['à définir', ''],
])('a code is read as an order has it, and that is told: %s', async (cell, code) => {
  const [part] = await partsOf(home, 'deals.csv', sheet('Cachet;Code', `100;${cell}`));
  expect(part && landed(part).trim().split('\n').at(-1)?.split(';')[7]).toBe(code);
  expect(part?.notes).toContain(`“${cell}” is read as ${code === '' ? 'no code' : `the code ${code}`}.`);
});

test('of several days in one cell the first is taken, and that is told', async () => {
  const text = 'Pseudo;Date;Cachet\n@lea;12/03/2025 - 15/03/2025;100\n@mia;13 mars 2025;50\n';
  expect(await notesOf(text)).toMatch(/“12\/03\/2025 - 15\/03\/2025” is more than a day, and 2025-03-12 is taken/);
  expect(await notesOf(text.replace(' - 15/03/2025', ''))).not.toContain('more than a day');
});

test.each(['Clics', 'CPM', 'Impr.'])('a sheet with “%s” is of influencers all the same', async (heading) => {
  const [part] = await partsOf(home, 'deals.csv', sheet(`Cachet;${heading}`, '100;8'));
  expect([part?.shape, totals(part)]).toEqual(['influencer-deals-sheet', ['deals 1', 'fees 100.00 EUR']]);
});

test('a report of accounts, what they cost and their clicks is none, and nothing is said that it lacks', async () => {
  const [one] = await lookAt(home, 'a.csv', 'Account,Date,Cost,Clicks,Campaign name\nmeta,2025-03-01,5,1,A\n');
  expect(one?.kind === 'refused' && one.why).toMatch(/^It is a report of advertising/);
});

test.each(['Followers', 'Views'])('the thousands of %s tell what a sign in a fee is, which is told', async (column) => {
  const text = `Influencer,Platform,Date,Fee,${column}\n@lea,Instagram,2025-03-10,1.500,25.000\n@mia,Instagram,2025-03-11,500,8.200\n`;
  const [part] = await partsOf(home, 'deals.csv', text);
  expect(totals(part)).toContain('fees 2000.00 EUR');
  expect(part?.notes).toContainEqual(
    expect.stringMatching(/^“1\.500” is read as 1500: the sign that parts the thousands/),
  );
  const plain = (await partsOf(home, 'plain.csv', text.replaceAll('.000', '000').replace('8.200', '8200')))[0];
  expect(plain?.notes).toContainEqual(
    expect.stringMatching(/^“1\.500” is read as 1\.50, by the language of its headings/),
  );
});

describe('a fee is read as people write it, and that is told', () => {
  test.each([
    ['800 € HT', '800.00 EUR'],
    ['1.2k', '1200.00 EUR'],
    ['1,25k€', '1250.00 EUR'],
    ['2K', '2000.00 EUR'],
    ['produits offerts', '0.00 EUR'],
    ['Gifted', '0.00 EUR'],
    ['échange', '0.00 EUR'],
  ])('%s', async (cell, fees) => {
    const [part] = await partsOf(home, 'deals.csv', sheet('Cachet;Code', `${cell};LEA`));
    expect([totals(part)?.[1], part?.notes.some((note) => note.startsWith(`“${cell}” is read as `))]).toEqual([
      `fees ${fees}`,
      true,
    ]);
  });
  test.each(['1200 € TTC', '500 - 700', '2 x 300', '500 + 10 %', 'à négocier'])(
    'but not what may be several: %s',
    async (cell) => {
      const [one] = await lookAt(home, 'deals.csv', sheet('Cachet;Code', `${cell};LEA`));
      expect(one?.kind === 'refused' && one.why).toContain(`“Cachet” is “${cell}”`);
    },
  );
});

test('cells that are merged over the rows of one deal hold for all: its commission, currency and state; another code is another deal', async () => {
  const sheetOf = (state: string) =>
    workbook({
      Deals: [
        ['Pseudo', 'Date', 'Cachet', 'Devise', 'Commission', 'Statut', 'Code'],
        ['@lea', '12/03/2025', 300, 'USD', 0.1, state, 'LEA10'],
        ['', '20/03/2025', 50, '', '', '', 'LEA10'],
        ['', '02/05/2025', 70, '', '', '', 'LEAMAI'],
        ['@mia', '13/03/2025', 20, 'EUR', '', 'Payé', 'MIA'],
      ],
    });
  const [part] = await partsOf(home, 'deals.xlsx', sheetOf('Signé'));
  const rows = (part ? landed(part) : '').split('\n').map((line) => line.split(';'));
  expect(rows.slice(1, 5).map((cells) => [cells[3], cells[4], cells[6]])).toEqual([
    ['300', 'USD', '0.1'],
    ['50', 'USD', '0.1'],
    ['70', 'USD', '0'],
    ['20', 'EUR', '0'],
  ]);
  const [cancelled] = await partsOf(home, 'other.xlsx', sheetOf('Annulé'));
  expect(totals(cancelled)).toEqual(['deals 2', 'fees 70.00 USD', 'fees 20.00 EUR']);
});

test.each<[string, string, string | undefined]>([
  ['of each month', '400', undefined],
  [
    'of each month, of which one is wrong',
    '500',
    'Its own total of fees is 500.00, its rows that count add up to 1200.00.',
  ],
])('totals %s add up to what the sheet comes to', async (_, april, note) => {
  const text = ['Pseudo;Cachet;Date', '@lea;800;13/03/2025', 'Total;800;', '@mia;400;13/04/2025', `Total;${april};`];
  const [part] = await partsOf(home, 'deals.csv', text.join('\n'));
  expect(part?.totals).toContainEqual({ what: 'fees', imported: '1200.00 EUR', own: note === undefined ? '1200.00 EUR' : '500.00 EUR' }); // prettier-ignore
  expect(part?.notes.filter((one) => one.startsWith('Its own total'))).toEqual(note === undefined ? [] : [note]);
});

describe('a deal of which nothing tells what it costs', () => {
  test.each<[string, string, boolean]>([
    ['an empty fee', sheet('Cachet;Code', '100;LEA', ';MIA'), true],
    ['a fee of 0', sheet('Cachet;Code', '100;LEA', '0;MIA'), false],
    ['goods', sheet('Cachet;Code', '100;LEA', 'gifted;MIA'), false],
    ['a commission', sheet('Cachet;Commission;Code', '100;;LEA', ';10 %;MIA'), false],
    ['the cost of products', sheet('Cachet;Coût produits;Code', '100;;LEA', ';30;MIA'), false],
  ])('with %s', async (_, text, isTold) => {
    expect((await notesOf(text))?.includes('1 deal has no “Cachet” (the first: row 3, @lea1), and costs nothing')).toBe(
      isTold,
    );
  });
});

test('a cell of several accounts is refused as that', async () => {
  for (const cell of ['@lea.beaute, @mia.roux', '@zoe & @ana', '@zoe et @ana', '@zoe x @ana'])
    expect(await notesOf(`Pseudo;Date;Cachet;Code\n"${cell}";13/03/2025;100;LEA\n@eva;14/03/2025;50;EVA`)).toContain(
      `“${cell}”, which names several): give each a row of its own, with its share of the fee.`,
    );
});

test('a fee of more than a number is not advised to be left empty, which would be nothing', async () => {
  expect(await notesOf(sheet('Cachet;Code', '100;LEA', '500 € + produits;MIA'))).toMatch(
    /1 row is going to be refused, and counts in no figure .*: write it as one number from 0\.$/m,
  );
});
