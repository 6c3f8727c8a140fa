/** What people write into a spreadsheet of influencers' deals, and what each deal then costs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openMacros } from '../transform/macro-cases.ts';
import { isHandle } from './deals.ts';
import { landed, lookAt, partsOf, type Options } from './samples/look-at.ts';
import { workbook } from './samples/workbook.ts';
import { SaidStates } from './shapes/order-states.ts';

let root: string;
let looks = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'influencer-deals-'));
});
afterAll(() => rm(root, { recursive: true }));

const heading = 'Influenceur;Plateforme;Date;Montant;Devise;Code';
const sheet = (extra: string, ...rows: readonly string[]) =>
  [`${heading}${extra === '' ? '' : `;${extra}`}`, ...rows].join('\n');
const nina = '@nina_bio;TikTok;07/09/2024;1000,00;EUR;NINA15';
const marc = '@marc.soins;YouTube;18/09/2024;500;EUR;MARC15';

/** A look at a file, in a folder of its own. */
const parts = (text: string | Uint8Array, options: Options = {}) =>
  partsOf(join(root, String(looks++)), typeof text === 'string' ? 'deals.csv' : 'deals.xlsx', text, options);

/** A column of what is landed, by the name that the feed has for it. */
async function column(name: string, text: string | Uint8Array, options: Options = {}): Promise<string[]> {
  const [part] = await parts(text, options);
  const [names = '', ...rows] = (part ? landed(part) : '').split('\n').filter((line) => line !== '');
  return rows.map((row) => row.split(';')[names.split(';').indexOf(name)] ?? '');
}
const notesOf = async (text: string | Uint8Array, options: Options = {}) =>
  (await parts(text, options)).flatMap(({ notes }) => notes).join('\n');
const whyNot = async (text: string, options: Options = {}) => {
  const [one] = await lookAt(join(root, String(looks++)), 'deals.csv', text, options);
  return one?.kind === 'refused' ? one.why : '';
};

describe('a commission is a share of what was sold', () => {
  test.each([
    ['Commission (%)', ['1', '0,5'], ['0.01', '0.005']],
    ['Taux commission %', ['10', '12,5'], ['0.10', '0.125']],
    ['Commission en pourcent', ['10', ''], ['0.10', '0']],
    ['Commission', ['10', '7'], ['0.10', '0.07']],
    ['Commission', ['10 %', '7,5%'], ['0.10', '0.075']],
    ['Commission', ['0,10', '0,075'], ['0.10', '0.075']],
    ['Commission (%)', ['10 %', '5'], ['0.10', '0.05']],
    ['Commission', ['0', '0,2'], ['0.00', '0.20']],
  ])('%s: %j', async (name, [first, second], shares) => {
    const text = sheet(name, `${nina};${first}`, `${marc};${second}`);
    const found = await column('taux_commission', text);
    const asShare = (written: string) =>
      Number.parseFloat(written.replace(',', '.')) / (written.endsWith('%') ? 100 : 1);
    expect(found.map(asShare)).toEqual(shares.map(Number));
  });

  test.each([
    ['Commission (% du CA HT)', ['0.10', '0.05'], ''],
    ['Commission sur les ventes', ['0.10', '0.05'], ''],
    ['% commission sur CA net', ['0.10', '0.05'], 'net'],
    ['Commission on net sales', ['0.10', '0.05'], 'net'],
    ['Commission % of sales after returns', ['0.10', '0.05'], 'net'],
    // An amount that was paid is no share.
    ['Commission due', ['0', '0'], ''],
    ['Commissions', ['0', '0'], ''],
  ])('%s: its heading says what of', async (name, shares, base) => {
    const text = sheet(name, `${nina};10`, `${marc};5`);
    expect(await column('taux_commission', text)).toEqual(shares);
    expect(await column('commission_sur', text)).toEqual([base, base]);
  });

  test('a workbook keeps a cell that it shows as 10 % as 0.1, whatever its heading says', async () => {
    const rows = (share: number) => [
      ['Influenceur', 'Date', 'Montant', 'Devise', 'Commission (%)'],
      ['@nina', '2024-09-07', 100, 'EUR', share],
      ['@marc', '2024-09-08', 100, 'EUR', share / 2],
    ];
    expect((await column('taux_commission', workbook({ Deals: rows(0.1) }))).map(Number)).toEqual([0.1, 0.05]);
    expect((await column('taux_commission', workbook({ Deals: rows(10) }))).map(Number)).toEqual([0.1, 0.05]);
    expect(await notesOf(workbook({ Deals: rows(0.1) }))).toContain(
      '“0.1000” is read as 10 %'.replace('0.1000', '0.1'),
    );
  });

  test('1 without a word of per cent is asked for', async () => {
    expect(await whyNot(sheet('Commission', `${nina};1`, `${marc};0,5`))).toMatch(/one per cent, or all.*Write “1 %”/u);
  });

  test('per cent in one row and what may be a share in another is asked for, or told where the heading says per cent', async () => {
    const mixed = (name: string) => sheet(name, `${nina};10`, `${marc};0,1`);
    expect(await whyNot(mixed('Commission'))).toMatch(/“10” in one row and “0,1” in another.*as “10 %”/u);
    expect(await notesOf(mixed('Commission (%)'))).toMatch(/“0,1” is read as 0.1 %, as its heading is in per cent/u);
    // A workbook keeps what it shows as 10 % as 0.1.
    const shown = workbook({
      Deals: [
        ['Influenceur', 'Date', 'Montant', 'Devise', 'Commission (%)'],
        ['@nina', '2024-09-07', 100, 'EUR', 10],
        ['@marc', '2024-09-08', 100, 'EUR', 0.1],
      ],
    });
    const [one] = await lookAt(join(root, 'mixed'), 'deals.xlsx', shown);
    expect(one).toMatchObject({ kind: 'refused', why: expect.stringMatching(/“10” in one row and “0.1” in another/u) });
  });

  test('what is no share is told before it is landed', async () => {
    expect(await notesOf(sheet('Commission', `${nina};selon ventes`, `${marc};10 %`))).toMatch(
      /1 row is going to be refused.*row 2, “Commission” is “selon ventes”/u,
    );
  });
});

test.each([
  'Fee currency',
  'Currency code',
  'Devise du cachet',
  'Code devise',
  'Devise (ISO)',
  'Currency of the fee',
  'Payment currency',
])('%s tells in which currency a fee is', async (name) => {
  const text = `Influenceur;Plateforme;Date;Montant;${name};Code\n@nina;TikTok;17/09/2024;1000;GBP;N\n@marc;TikTok;18/09/2024;500;dollars US;M`;
  expect(await column('devise', text)).toEqual(['GBP', 'USD']);
  expect(await notesOf(text)).not.toContain('does not name the currency');
});

test('two columns of currencies that differ are asked for', async () => {
  const text = (other: string) => sheet('Devise du contrat', `${nina};${other}`, `${marc};EUR`);
  expect(await whyNot(text('GBP'))).toMatch(
    /“Devise” and “Devise du contrat” mean the same, and row 2 has “EUR” and “GBP”/u,
  );
  expect(await column('devise', text('€'))).toEqual(['EUR', 'EUR']);
});

describe('a deal that did not come about', () => {
  test('costs nothing, and is told', async () => {
    const text = sheet('Statut', `${nina};Annulé`, `${marc};Signé`);
    expect(await column('pseudo', text)).toEqual(['@marc.soins']);
    const [part] = await parts(text);
    expect(part?.totals).toContainEqual({ what: 'fees', imported: '500.00 EUR' });
    expect(part?.leftOut).toEqual([{ why: 'by its state the deal did not come about', rows: 1, first: 2 }]);
    expect(part?.notes.join()).toContain('“Annulé” does not (1), “Signé” counts (1)');
  });

  test.each(['Payé', 'Terminé', 'En attente de paiement', 'Facture à payer', 'Live', 'Completed', ''])(
    '“%s” came about',
    async (state) => {
      expect(await column('pseudo', sheet('Statut', `${nina};${state}`, `${marc};`))).toHaveLength(2);
    },
  );

  test.each(['Cancelled', 'Refusé', 'Abandonné', 'storniert', 'Résilié'])('“%s” did not', async (state) => {
    expect(await column('pseudo', sheet('Status', `${nina};${state}`, `${marc};`))).toHaveLength(1);
  });

  test.each(['En négociation', 'Devis envoyé', 'À confirmer', 'Pending', 'draft'])(
    'of “%s” nobody knows it, and the person says it',
    async (state) => {
      const text = sheet('Statut', `${nina};${state}`, `${marc};Signé`);
      expect(await whyNot(text)).toMatch(/came about is not known: “.*” \(1\).*--states ".*=…"/u);
      const name = state.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');
      const said = (meaning: 'voided' | 'pending') => ({ states: new SaidStates([[name, meaning]]) });
      expect(await column('pseudo', text, said('voided'))).toEqual(['@marc.soins']);
      expect(await column('pseudo', text, said('pending'))).toHaveLength(2);
    },
  );
});

describe('is told', () => {
  test('a fee with VAT', async () => {
    const text = sheet('', nina, marc).replace('Montant', 'Montant TTC');
    expect(await notesOf(text)).toContain('“Montant TTC” is with VAT');
    expect(await notesOf(text.replace('TTC', 'HT'))).not.toContain('VAT');
  });

  test('a deal of several platforms', async () => {
    const text = sheet('', nina.replace('TikTok', 'Instagram + TikTok'), marc);
    expect(await notesOf(text)).toContain('“Instagram + TikTok” names several platforms');
  });

  test('the name of a person where a handle belongs: it is in no sum, and a file of nothing else is refused', async () => {
    const [part] = await parts(sheet('', nina.replace('@nina_bio', 'Nina Bio'), marc));
    expect(part?.notes.join()).toMatch(/row 2, “Influenceur” is “Nina Bio”, which is no handle\): write it as/u);
    expect(part?.totals).toEqual([
      { what: 'deals', imported: '1' },
      { what: 'fees', imported: '500.00 EUR' },
    ]);
    expect(await whyNot(sheet('', nina.replace('@nina_bio', 'Nina Bio')))).toContain('None of its deals could count');
  });

  test('a day that is none, with how it is written', async () => {
    expect(await notesOf(sheet('', nina.replace('07/09/2024', '15-04-25'), marc))).toContain('write it as 15/04/2025');
  });
});

describe('followers', () => {
  const roster = (...rows: readonly string[]) => ['Pseudo;Plateforme;Abonnés', ...rows].join('\n');

  test.each([
    ['12k', '12000', 'micro'],
    ['12,5k', '12500', 'micro'],
    ['1.2M', '1200000', 'top'],
    ['45 000', '45 000', 'micro'],
    ['125000', '125000', 'macro'],
  ])('%s', async (text, followers, tier) => {
    const of = roster(`@lea;Instagram;${text}`);
    expect(await column('abonnes', of)).toEqual([followers]);
    expect(await column('palier', of)).toEqual([tier]);
    expect((await notesOf(of)).includes('rounded as the platform shows them')).toBe(/[kM]$/u.test(text));
  });

  test('a row that the transform will refuse is told before, and is in no count', async () => {
    const [part] = await parts(
      roster('@lea;Instagram;beaucoup', 'Nina Bio;TikTok;100', '@zoe;YouTube;200', '@ana;YouTube;'),
    );
    expect(part?.totals).toEqual([{ what: 'influencers', imported: '1' }]);
    expect(part?.notes.join()).toMatch(
      /2 rows are going to be refused.*row 2, “Abonnés” is “beaucoup”\): write it in full/u,
    );
    expect(part?.leftOut).toEqual([{ why: 'it tells no followers', rows: 1, first: 5 }]);
    expect(await whyNot(roster('Nina Bio;TikTok;100'))).toContain('None of its influencers could count');
  });
});

test('of posts, views as platforms show them count, and rows that will be refused are told before', async () => {
  const posts = ['Contrat;Pseudo;Plateforme;Date;Format;Vues;Likes', 'D1;@lea;Instagram;13/04/2024;reel;12,5k;1 200', 'D1;Léa Bio;Instagram;14/04/2024;reel;10;1', 'D2;@max;TikTok;bientôt;post;10;1']; // prettier-ignore
  expect(await column('vues', posts.join('\n'))).toEqual(['12500', '10', '10']);
  const [part] = await parts(posts.join('\n'));
  expect(part?.totals).toEqual([{ what: 'posts', imported: '1' }]);
  expect(part?.notes.join('\n')).toMatch(
    /2 rows are going to be refused.*row 3, “Pseudo” is “Léa Bio”.*\n“12,5k” is 12,500/u,
  );
});

test('a handle is one here where it is one for the transform', async () => {
  const macros = await openMacros();
  const signs = ['léa', 'Bio', '@', ' ', '.', '_', '-', '(Léa)', 'https://', 'www.', 'instagram.com/', 'tiktok.com/@', 'youtube.com/channel/', 'p/', 'reel', '/', '?x=1', '#', 'é', '\u0301', '1', '😀', 'İ']; // prettier-ignore
  const texts = fc.sample(
    fc.array(fc.constantFrom(...signs), { minLength: 1, maxLength: 5 }).map((some) => some.join('')),
    { numRuns: 3000, seed: 20_261_128 },
  );
  const found = await macros.evaluate("coalesce(handle_of(x), '')", texts);
  macros.close();
  const apart = texts.filter((text, at) => isHandle(text) !== (found[at] !== ''));
  expect(apart).toEqual([]);
});

describe('an amount is read once', () => {
  test.each([
    // Nothing else tells what the sign is: the language of the headings does, and it is told.
    ['1.500', '2.750', ['1500.00', '2750.00'], '“1.500” is read as 1500'],
    ['1.250,00', '450,00', ['1250.00', '450,00'], ''],
    ['1,250.00', '450,00', ['1250.00', '450,00'], ''],
  ])('%s and %s', async (first, second, amounts, told) => {
    const text = sheet('', nina.replace('1000,00', first), marc.replace('500', second));
    expect(await column('cachet', text)).toEqual(amounts);
    expect(await notesOf(text)).toContain(told);
  });

  test('of a sheet that has both signs before decimals, one that may part thousands is not guessed', async () => {
    const text = sheet('', nina, marc.replace('500', '1200.50'), `${nina.replace('1000,00', '2,750')}B`);
    const [part] = await parts(text);
    expect(part?.notes.join()).toMatch(/1 row is going to be refused.*row 4, “Montant” is “2,750”/u);
    expect(part?.totals).toContainEqual({ what: 'fees', imported: '2200.50 EUR' });
  });
});

test('a tab that sums up the others is passed over, by its name', async () => {
  const book = workbook({
    Deals: [
      ['Influenceur', 'Date', 'Montant', 'Devise'],
      ['@nina', '2024-09-07', 100, 'EUR'],
    ],
    Récap: [
      ['Influenceur', 'Montant total'],
      ['@nina', 100],
    ],
  });
  const [one] = await lookAt(join(root, String(looks++)), 'book.xlsx', book);
  expect(one).toMatchObject({
    kind: 'understood',
    understood: { parts: [{ sheet: 'Deals' }], passedOver: [{ sheet: 'Récap', why: expect.stringContaining('day') as unknown }] }, // prettier-ignore
  });
});

describe('of several columns that mean the same', () => {
  const of = (names: string, ...rows: readonly string[]) => [`${names};Date;Code`, ...rows].join('\n');
  test.each([
    ['a column of persons beside', 'Influenceuse;Compte Instagram', 'Léa Martin;lea.m', 'Nina;ninar', ['lea.m', 'ninar'], ['Instagram', 'Instagram']], // prettier-ignore
    ['a column of persons behind', 'TikTok;Talent', '@lea.m;Léa', '@ninar;Nina', ['@lea.m', '@ninar'], ['TikTok', 'TikTok']], // prettier-ignore
    ['one for each platform', 'Influenceuse;Insta;TikTok', 'Léa;lea.m;', 'Nina;;ninar', ['lea.m', 'ninar'], ['Instagram', 'TikTok']], // prettier-ignore
    ['addresses beside names', 'Créatrice;Profil', 'Léa;https://www.tiktok.com/@lea.m', 'Nina;https://www.tiktok.com/@ninar', ['https://www.tiktok.com/@lea.m', 'https://www.tiktok.com/@ninar'], ['TikTok', 'TikTok']], // prettier-ignore
    ['what is no account beside', 'Influenceuse;Profil', 'lea.m;Mode', 'ninar;Soin', ['lea.m', 'ninar'], ['Instagram', 'Instagram']], // prettier-ignore
  ])('accounts: %s', async (_, names, first, second, handles, platforms) => {
    const text = of(`${names};Cachet`, `${first};100;12/03/2025;LEA`, `${second};90;13/03/2025;NINA`);
    expect(await column('pseudo', text)).toEqual(handles);
    expect(await column('plateforme', text)).toEqual(platforms);
  });

  test('one deal on two platforms is told', async () => {
    expect(await notesOf(of('Insta;TikTok;Cachet', '@lea.m;@lea_tt;100;12/03/2025;LEA'))).toMatch(
      /accounts of Instagram and TikTok, and a deal is of one: that of Instagram is taken/u,
    );
  });

  test.each(['Cachet TTC;Cachet HT', 'Cachet HT;Cachet TTC'])('amounts without VAT are read: %s', async (names) => {
    const [first, second] = names.endsWith('HT') ? ['120', '100'] : ['100', '120'];
    const found = await column('cachet', of(`Pseudo;${names}`, `@lea.m;${first};${second};12/03/2025;LEA`));
    expect(found.map(Number)).toEqual([100]);
  });

  test('a fee with VAT that is nothing is none beside an empty one without', async () => {
    const found = await column('cachet', of('Pseudo;Cachet HT;Cachet TTC', '@lea.m;;0;12/03/2025;LEA'));
    expect(found.map(Number)).toEqual([0]);
  });

  test.each([
    ['Budget;Montant payé', '1000;450', '“Budget” and “Montant payé” mean the same, and row 2 has “1000” and “450”'],
    ['Budget;Cachet', ';450', 'row 2 has nothing and “450”'],
    ['Cachet HT;Cachet TTC', ';120', '“Cachet HT” and “Cachet TTC” mean the same, and row 2 has nothing and “120”'],
    ['Montant TTC;Montant HT', '120;', 'row 2 has nothing and “120”'],
    ['Budget;Coût produit;Product cost', '100;10;20', '“Coût produit” and “Product cost” mean the same'],
  ])('which cost counts is asked: %s', async (names, cells, why) => {
    expect(await whyNot(of(`Pseudo;${names}`, `@lea.m;${cells};12/03/2025;LEA`))).toContain(why);
  });

  test('what a person says is read, and asked no more', async () => {
    const text = of('Pseudo;Budget;Montant payé', '@lea.m;1000;450;12/03/2025;LEA');
    expect((await column('cachet', text, { map: { 'Montant payé': 'fee' } })).map(Number)).toEqual([450]);
  });

  test('the same in both is not told; another code is', async () => {
    const two = (code: string) => of('Pseudo;Budget;Montant;Code promo', `@lea.m;1000;1 000,00;LEA;12/03/2025;${code}`);
    expect(await notesOf(two('LEA'))).not.toContain('mean the same');
    expect(await notesOf(two('LEA15'))).toContain(
      '“Code promo” and “Code” mean the same, and row 2 has “LEA” and “LEA15”: the former is read.',
    );
  });
});
