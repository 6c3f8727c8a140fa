import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { order, smallLake, webEvent, type SmallLake, withSmallLake } from '../../test/small-lake.ts';

/** Files as people save them: what is read of each, and what its rejects say. */
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-saved-files') });
});
afterAll(() => engine.close());

const withLake = <T>(work: (small: SmallLake) => Promise<T>): Promise<T> => withSmallLake(engine, work);

interface FileCase {
  readonly id: string;
  readonly content: string | Buffer;
  /** The values of the columns shown, a row a text. */
  readonly rows: readonly string[];
  /** `line message`. */
  readonly messages?: readonly string[];
}

const deals =
  'id_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;campagne;date_contrat;date_fin';
const deal = (id: string, over: Readonly<Record<string, string>> = {}): string => {
  const cells: Readonly<Record<string, string>> = {
    id_contrat: id,
    pseudo: '@mia.vert',
    plateforme: 'Instagram',
    cachet: '850,50',
    devise: 'EUR',
    cout_produits: '30,00',
    taux_commission: '0,08',
    code_promo: 'MIA8',
    lien_tracke: 'https://boutique.test/mia',
    campagne: 'ete',
    date_contrat: '02/06/2025',
    date_fin: '30/06/2025',
    ...over,
  };
  return deals
    .split(';')
    .map((name) => cells[name] ?? '')
    .join(';');
};
const sheet = (...rows: readonly string[]) => `\uFEFF${[deals, ...rows].join('\r\n')}\r\n`;
const plain = 'A mia.vert 850.50 0.0800 MIA8 ete';
const headings = deals.replaceAll(';', '; ');
const csv = 'In Excel: File, Save as, “CSV UTF-8”. In Google Sheets: File, Download, CSV.';

const dealCases: readonly FileCase[] = [
  { id: 'as it should be', content: sheet(deal('A')), rows: [plain] },
  {
    id: "another heading's spelling is the one that is named",
    content: sheet(deal('A', { cachet: 'gratuit' })).replace('cachet', 'Cachet'),
    rows: [],
    messages: [
      '2 The column “Cachet” holds “gratuit”, which is not a number. Write digits with a decimal comma or ' +
        'point, as 1234,50: no words, no formula.',
    ],
  },
  {
    id: 'an amount that can be two',
    content: sheet(deal('A', { cachet: '12.345', cout_produits: '30', taux_commission: '8 %' })),
    rows: [],
    messages: [
      '2 The column “cachet” holds “12.345”, which can be read as two different numbers. Write it without a ' +
        'sign between the thousands and with two decimals, as 12345,00.',
    ],
  },
  {
    id: 'the same amount, where the sheet says which',
    content: sheet(deal('A', { cachet: '12.345' })),
    rows: ['A mia.vert 12345.00 0.0800 MIA8 ete'],
  },
  {
    id: 'an English sheet',
    content: sheet(deal('A', { cachet: '12,345', cout_produits: '30.00', taux_commission: '8.0%' })),
    rows: ['A mia.vert 12345.00 0.0800 MIA8 ete'],
  },
  {
    id: 'dollars in a row of euros',
    content: sheet(deal('A', { cachet: '850,50 $' })),
    rows: [],
    messages: [
      '2 The column “cachet” holds “850,50 $”, and the row, or the column, is in another currency. Write the ' +
        'amount without a sign, in that currency.',
    ],
  },
  {
    id: 'goods in euros beside a fee in dollars',
    content: sheet(deal('A', { cout_produits: '30,00 €', devise: 'USD', cachet: '850,50 $' })),
    rows: [plain],
  },
  {
    id: 'goods in dollars',
    content: sheet(deal('A', { cout_produits: '30,00 $', devise: 'USD', cachet: '850,50 $' })),
    rows: [],
    messages: [
      '2 The column “cout_produits” holds “30,00 $”, and the row, or the column, is in another currency. ' +
        'Write the amount without a sign, in that currency.',
    ],
  },
  {
    id: 'a rounded amount',
    content: sheet(deal('A', { cachet: '1,2 k' })),
    rows: [],
    messages: ['2 The column “cachet” holds “1,2 k”, a rounded number. Write it in full, as 125000.'],
  },
  {
    id: 'ten per cent as 10',
    content: sheet(deal('A', { taux_commission: '10' })),
    rows: [],
    messages: [
      '2 The column “taux_commission” holds “10”; it cannot be more than 1. Write ten per cent as 0,10 or 10 %.',
    ],
  },
  {
    id: 'errors and a formula',
    content: sheet(
      deal('A', { cachet: '#VALEUR!', code_promo: '#N/A' }),
      deal('B', { cachet: '=C3*2' }),
      deal('C', { cachet: '-' }),
    ),
    rows: [],
    messages: [
      '2 The column “cachet” holds “#VALEUR!”, which is no value. Mend the formula, or leave the cell empty ' +
        'where it is not known, or write 0 where it is nothing.',
      '2 The column “code_promo” holds “#N/A”, which is no value. Mend the formula, or leave the cell empty ' +
        'where it is not known.',
      '3 The column “cachet” holds “=C3*2”, which is not a number. Write digits with a decimal comma or ' +
        'point, as 1234,50: no words, no formula.',
      '4 The column “cachet” holds “-”, which is no value. Mend the formula, or leave the cell empty where it ' +
        'is not known, or write 0 where it is nothing.',
    ],
  },
  {
    id: 'fillers where nothing need be',
    content: sheet(deal('A', { code_promo: '-', campagne: 'n/a', date_fin: '—' })),
    rows: ['A mia.vert 850.50 0.0800 null null'],
  },
  {
    id: 'codes',
    content: sheet(
      deal('A', { code_promo: '\u00A0mia8 ' }),
      deal('B', { code_promo: 'MIA8, MIA15' }),
      deal('C', { code_promo: 'MIA8 ou MIA15' }),
    ),
    rows: [plain],
    messages: [
      '3 The column “code_promo” holds “MIA8, MIA15”, which looks like several codes. One row has one code: ' +
        'give each other code a row of its own, with its own contract number and a fee of 0.',
      '4 The column “code_promo” holds “MIA8 ou MIA15”, which looks like several codes. One row has one code: ' +
        'give each other code a row of its own, with its own contract number and a fee of 0.',
    ],
  },
  {
    id: 'handles',
    content: sheet(
      deal('A', { pseudo: ' @Mia.Vert ' }),
      deal('B', { pseudo: 'https://www.instagram.com/mia.vert/' }),
      deal('C', { pseudo: 'mia.vert (Mia)' }),
      deal('D', { pseudo: 'mia et zoé' }),
    ),
    rows: ['A', 'B', 'C'].map((id) => plain.replace('A', id)),
    messages: [
      '5 The column “pseudo” holds “mia et zoé”, which is not the handle of one account. Write it as on the ' +
        'platform, as lea.bio or @lea.bio.',
    ],
  },
  {
    id: 'several faults of a row, each once',
    content: sheet(deal('A'), deal('', { pseudo: '', date_contrat: '31/02/2025', date_fin: '2/30/25' })),
    rows: [plain],
    messages: [
      '3 The column “date_contrat” holds “31/02/2025”, which is not a day. Write it as 31/12/2025.',
      '3 The column “date_fin” holds “2/30/25”, which is not a day. Write it as 31/12/2025.',
      '3 The column “id_contrat” is empty, and every row needs it. Fill it in, and send the file again.',
      '3 The column “pseudo” is empty, and every row needs it. Fill it in, and send the file again.',
    ],
  },
  {
    id: 'days with the month first',
    content: sheet(deal('A', { date_contrat: '6/2/2025', date_fin: '6/30/2025' })),
    rows: [],
    messages: [
      '2 The column “date_contrat” holds “6/2/2025”, and other days of the file have the month first: it can ' +
        'be two different days. Write days as 31/12/2025 or 2025-12-31 in the whole file.',
      '2 The column “date_fin” holds “6/30/2025”, which is not a day. Write it as 31/12/2025.',
    ],
  },
  {
    id: 'empty rows, headings again, a total, empty columns',
    content: sheet(deal('A'), ';;;', deals, deal('B'), 'Total;;;1701,00;;60,00;;;;;;').replaceAll('\r\n', ';;\r\n'),
    rows: [plain, plain.replace('A', 'B')],
    messages: [
      '6 The row adds up the others (“Total”) and is left out. There is nothing to do; take it out of the ' +
        'export to be rid of this message.',
    ],
  },
  {
    id: 'an inch mark',
    content: sheet(deal('A'), deal('B', { campagne: 'Kit 5" ete' }), deal('C')),
    rows: [plain, plain.replace('A', 'C')],
    messages: [
      '3 A quotation mark (") stands in the row where it cannot: within a cell that is not quoted, or without ' +
        'its second one. Take it out, or save the sheet from the spreadsheet, which writes it as "".',
    ],
  },
  {
    id: 'a line break in a cell, and a bad row behind it',
    content: sheet(deal('A', { lien_tracke: '"https://boutique.test/mia\n"' }), deal('B', { cachet: 'x' })),
    rows: [plain],
    messages: [
      '3 The column “cachet” holds “x”, which is not a number. Write digits with a decimal comma or point, as ' +
        '1234,50: no words, no formula.',
    ],
  },
  {
    id: 'a separator in a cell',
    content: sheet(deal('A', { campagne: 'ete;soldes' })),
    rows: [],
    messages: [
      '2 The row does not fit the headings: it has 13 cells for 12 headings. A separator may stand in a cell ' +
        'without quotes around it, or a cell is missing or too many.',
    ],
  },
  {
    id: 'commas',
    content: sheet(deal('A', { cachet: '850.50', cout_produits: '30', taux_commission: '0.08' })).replaceAll(';', ','),
    rows: [plain],
  },
  {
    id: 'a column too many',
    content: sheet(`${deal('A')};oui`).replace('date_fin', 'date_fin;Payé ?'),
    rows: [],
    messages: [
      '1 The column “Payé ?” is not known, so nothing of the file was read. Take it out, or name it as one of ' +
        `${headings}.`,
    ],
  },
  {
    id: 'a column too few',
    content: sheet(deal('A'), deal('B')).replace(';devise', ''),
    rows: [],
    messages: [
      '1 The column “devise” is missing, so nothing of the file was read. Its headings are: ' +
        `${headings.replace(' devise;', '').replaceAll(';', ',')}. They must be ${headings}.`,
    ],
  },
  {
    id: 'no heading',
    content: [deal('A'), deal('B')].join('\n'),
    rows: [],
    messages: [
      `1 The first row (${deal('A').replaceAll(';', ', ')}) has none of the headings that belong here: ` +
        `${headings}. Put them in the first row, with semicolons, commas or tabs between the cells.`,
    ],
  },
  {
    id: 'a workbook',
    content: Buffer.from('PK\x03\x04...'),
    rows: [],
    messages: [`1 The file is an .xlsx, .ods or zip file, not text. ${csv}`],
  },
  {
    id: 'Windows-1252',
    content: Buffer.from(sheet(deal('A', { campagne: 'été' })).slice(1), 'latin1'),
    rows: [],
    messages: [`1 The file is not written in UTF-8 but in another encoding (probably Windows-1252). ${csv}`],
  },
  {
    id: 'UTF-16',
    content: Buffer.from(sheet(deal('A')), 'utf16le'),
    rows: [],
    messages: [`1 The file is not written in UTF-8 but in another encoding (UTF-16). ${csv}`],
  },
  {
    id: 'an e-mail in a column of numbers is not repeated',
    content: sheet(deal('A', { cachet: 'mia@exemple.fr' })),
    rows: [],
    messages: [
      '2 The column “cachet” holds “[email]”, which is not a number. Write digits with a decimal comma or ' +
        'point, as 1234,50: no words, no formula.',
    ],
  },
];

describe('a sheet of deals', () => {
  let small: SmallLake;
  const key = (n: number) => `raw/influencers/deals/dt=2025-06-10/contrats-${n}.csv`;
  beforeAll(async () => {
    small = await smallLake(engine);
    // Each file has contracts of its own: A is A-7 in the seventh.
    for (const [n, { content }] of dealCases.entries())
      await small.drop(
        key(n),
        typeof content === 'string' ? content.replaceAll(/^(\uFEFF?[ABC])(?=[;,])/gmu, `$1-${n}`) : content,
      );
    await small.drop('raw/reference/fx_rates/dt=2025-06-02/rates.csv', 'Date,USD,\n2025-06-02,1.25,\n');
    await small.transform('fx_rates');
    await small.transform('influencer_deals');
  });
  afterAll(() => small.dispose());

  test.each(dealCases.map((one, n) => ({ ...one, n })))('$id', async ({ n, rows, messages = [] }) => {
    const got = (await small.rows('influencer_deals'))
      .filter((row) => row['exported_in'] === key(n))
      .map((row) =>
        ['deal_id', 'influencer_id', 'fee', 'commission_rate', 'promo_code', 'campaign']
          .map((name) => String(row[name]).replace('instagram:', '').replace(`-${n}`, ''))
          .join(' '),
      );
    const said = (await small.messages('influencer_deals', key(n))).map((message) =>
      message.replace(`(A-${n},`, '(A,'),
    );
    expect({ rows: got.toSorted(), messages: said }).toEqual({ rows, messages });
  });
});

const shop = 'exports of the admin (CSV) and GraphQL have not all that is needed.';
const rest =
  `Send what Shopify's Admin REST API answers, as JSON with one of the orders a line (jq -c ".orders[]" ` +
  `page.json > orders.jsonl); ${shop}`;
const id = (n: number) => String(order(n)['id']);

const orderCases: readonly FileCase[] = [
  { id: 'an answer, whole', content: JSON.stringify({ orders: [order(1), order(2)] }), rows: [id(1), id(2)] },
  {
    id: 'an answer over lines',
    content: JSON.stringify({ orders: [order(1), order(2)] }, null, 2),
    rows: [id(1), id(2)],
  },
  { id: 'a list', content: JSON.stringify([order(1), order(2)]), rows: [id(1), id(2)] },
  { id: 'one order over lines', content: JSON.stringify(order(1), null, '\t'), rows: [id(1)] },
  {
    id: 'orders over lines, one after the other',
    content: `${JSON.stringify(order(1), null, 2)}\n${JSON.stringify(order(2), null, 2)}\n`,
    rows: [id(1), id(2)],
  },
  {
    id: 'two orders without a line end',
    content: JSON.stringify(order(1)) + JSON.stringify(order(2)),
    rows: [id(1), id(2)],
  },
  {
    id: 'a field twice: the last holds',
    content: JSON.stringify(order(1)).replace('{"id"', '{"total_price":"1.00","id"'),
    rows: [id(1)],
  },
  {
    id: 'GraphQL',
    content:
      '{"id":"gid://shopify/Order/1","createdAt":"2025-01-05T10:00:00Z","totalPriceSet":{"shopMoney":{"amount":"60.0"}}}\n',
    rows: [],
    messages: [`1 The record has the shape of Shopify's GraphQL API, which names things otherwise than REST. ${rest}`],
  },
  {
    id: "GraphQL's whole answer",
    content: '{"data":{"orders":{"edges":[{"node":{"id":"gid://shopify/Order/1"}}]}}}\n',
    rows: [],
    messages: [`1 The record has the shape of Shopify's GraphQL API, which names things otherwise than REST. ${rest}`],
  },
  {
    id: 'the export of the admin',
    content: 'Name,Email,Financial Status\n#1001,a@ex.test,paid\n#1002,b@ex.test,paid\n',
    rows: [],
    messages: [`1 The file is not the JSON that belongs here; it begins with “Name,Email,Financial Status”. ${rest}`],
  },
  {
    id: 'orders over lines, cut',
    content: JSON.stringify([order(1), order(2)], null, 2).slice(0, -40),
    rows: [],
    messages: [`1 The file is not the JSON that belongs here; it begins with “[”. ${rest}`],
  },
];

describe('a file of orders', () => {
  test.each(orderCases)('$id', ({ content, rows, messages = [] }) =>
    withLake(async (small) => {
      await small.drop('raw/crm/orders/dt=2025-01-06/orders.json', content);
      await small.transform('orders');
      const got = await small.rows('orders');
      expect({ rows: got.map((row) => row['order_id']), messages: await small.messages('orders') }).toEqual({
        rows,
        messages,
      });
      expect(got.every((row) => row['total_price'] === '52.90')).toBe(true);
      // What no table can read is told once, by the orders.
      await small.transform('order_items');
      expect(await small.messages('order_items')).toEqual([]);
    }),
  );
});

test('an event says in words what is wrong with it, and nothing personal', () =>
  withLake(async (small) => {
    await small.drop(
      'raw/web/events/dt=2025-01-05/e.jsonl',
      [
        webEvent(1),
        webEvent(2, { event_time: 1_736_071_200_000 }),
        webEvent(3, { consent: { analytics: 1, ads: 'yes' } }),
        webEvent(4, { event_id: null }),
        webEvent(5, { event_name: 'marie@exemple.fr' }),
        webEvent(6, { page: { url: 'shop', referrer: '', title: '' } }),
        '{"event_id": NaN',
        webEvent(7, { event_time: '2025-07-05 10:00:00 PST' }),
      ]
        .map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`)
        .join(''),
    );
    await small.transform('web_events');
    const time = 'which is not a time. Write it as 2025-12-31T10:00:00+01:00, with its offset from UTC.';
    const choice = 'which is not a choice. Send true or false (for consent, granted and denied are the same).';
    expect(await small.messages('web_events')).toEqual([
      `2 The field event_time holds “1736071200000”, ${time}`,
      `3 The field consent.analytics holds “1”, ${choice}`,
      `3 The field consent.ads holds “yes”, ${choice}`,
      '4 The field event_id is empty, and every record needs it. Fill it in, and send the file again.',
      expect.stringMatching(/^5 The field event_name holds “\[email\]”; it must be one of page_view, /),
      '6 The field page.url holds nothing that can be read as what belongs there. Put it right, and send the ' +
        'file again.',
      expect.stringMatching(/^7 The line is not one whole JSON object: .*\(jq -c \. file\.json > events\.jsonl\)\.$/),
      `8 The field event_time holds “2025-07-05 10:00:00 PST”, ${time}`,
    ]);
    expect(await small.rows('web_events')).toHaveLength(1);
  }));

test('the two choices of consent and what is kept never contradict each other', () =>
  withLake(async (small) => {
    const choices = [
      true,
      false,
      'true',
      'True',
      'granted',
      'GRANTED',
      'denied',
      'false',
      1,
      0,
      '1',
      'yes',
      'on',
      null,
      '',
      undefined,
    ];
    await small.drop(
      'raw/web/events/dt=2025-01-05/e.jsonl',
      choices.flatMap((analytics, i) =>
        choices.map((ads, j) => webEvent(i * choices.length + j, { consent: { analytics, ads } })),
      ),
    );
    await small.transform('web_events');
    const rows = await small.rows('web_events');
    const yes = choices.filter((choice) => /^(?:true|granted)$/i.test(String(choice))).length;
    const no = choices.filter((choice) => /^(?:false|denied)$/i.test(String(choice))).length;
    expect(rows.filter((row) => row['consent_analytics'] === true)).toHaveLength(yes * (yes + no));
    expect(rows.filter((row) => row['consent_ads'] === true)).toHaveLength(yes * (yes + no));
    expect(rows).toHaveLength((yes + no) ** 2);
    for (const row of rows)
      expect([row['visitor_id'] !== null, row['ip_hash'] !== null]).toEqual([
        row['consent_analytics'],
        row['consent_analytics'],
      ]);
  }));
