/** Files as people imported them, with names and addresses in them: handed out, searched, and erased. */
import { describe, expect, test } from '@jest/globals';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { workbook } from '../import/samples/workbook.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { catalog } from '../../test/small-lake.ts';
import { exportPerson, type Held } from './export-person.ts';
import { forget } from './forget.ts';

const bob = { emails: ['bob@x.fr'], customers: [], visitors: [] };
const heading = ['Pseudo', 'Contact', 'Adresse'];
const rows = [
  ['@lea', 'lea@x.fr', '2 rue Y'],
  ['@bob', 'Bob@x.fr', '1 rue X'],
];
const csv = [heading, ...rows].map((cells) => cells.join(';')).join('\n');
const sheet = workbook({ Suivi: [heading, ...rows] });
/** A cell of which a part is in bold: tags stand within the address. */
const bold = zipSync({
  'xl/workbook.xml': strToU8('<workbook/>'),
  'xl/sharedStrings.xml': strToU8(
    '<sst><si><r><t>bob@</t></r><r><rPr><b/></rPr><t xml:space="preserve">x.fr</t></r></si></sst>',
  ),
});
const ods = zipSync({
  mimetype: strToU8('application/vnd.oasis.opendocument.spreadsheet'),
  'content.xml': strToU8('<text:p>bob@<text:span text:style-name="T1">x.fr</text:span></text:p>'),
});
/** As a shop drops its exports: a workbook in a zip, a text packed in it, and a file that is called after somebody. */
const inZips = zipSync({ 'a.zip': zipSync({ 'a.xlsx': sheet }) });
const gzipInZip = zipSync({ 'a.csv.gz': gzipSync(strToU8(csv)) });
const calledAfter = zipSync({ 'orders of bob@x.fr.csv': strToU8('Name\n#1') });
const ga4 = '{"event_name":"login","user_id":"bob@x.fr"}\n{"event_name":"login","user_id":"eva@x.fr"}\n';
/** Each has an address; the second is the person's, and the third names them in a note to the shop. */
const shopOrders = [
  { id: 1, email: 'eva@x.fr', note_attributes: [{ name: 'address', value: '2 rue Y' }] },
  { id: 2, email: 'bob@x.fr', customer: { id: 7 }, note_attributes: [{ name: 'address', value: '1 rue X' }] },
  { id: 3, email: 'eva@x.fr', note: 'a gift for bob@x.fr' },
];
const withParams = { event_name: 'login', event_params: [{ key: 'mail', value: { string_value: 'bob@x.fr' } }] };
const original = (name: string) => `raw/imports/0a1b/${name}`;

async function lakeOf(name: string, body: string | Uint8Array) {
  const lake = memoryLake();
  await lake.put(original(name), Buffer.from(body));
  await lake.put('raw/imports/0a1b/import.json', '{}');
  return lake;
}

async function held(name: string, body: string | Uint8Array): Promise<Held[]> {
  const found: Held[] = [];
  for await (const one of exportPerson({ lake: await lakeOf(name, body), catalog }, bob)) found.push(one);
  return found;
}

describe('export-person hands out the rows of the person', () => {
  const cells = { Pseudo: '@bob', Contact: 'Bob@x.fr', Adresse: '1 rue X' };
  test.each<[string, string | Uint8Array, unknown]>([
    ['a.csv', csv, { row: 3, cells }],
    ['a.xlsx', sheet, { sheet: 'Suivi', row: 3, cells }],
    ['page.json', JSON.stringify({ orders: shopOrders }), { row: 1, record: shopOrders[1] }],
    ['pages.json', JSON.stringify([{ orders: [shopOrders[0]] }, { orders: [shopOrders[1]] }]), { row: 2, record: shopOrders[1] }], // prettier-ignore
    ['indented.json', JSON.stringify(shopOrders, null, 2), { row: 2, record: shopOrders[1] }],
    ['params.json', JSON.stringify(withParams), { row: 1, record: withParams }],
    ['a.json', ga4, { row: 1, record: { event_name: 'login', user_id: 'bob@x.fr' } }],
  ])('%s', async (name, body, record) => {
    expect(await held(name, body)).toEqual([{ object: original(name), table: 'imported file', record }]);
  });

  test('and says where only others name the person, and not what else they say', async () => {
    const named = csv.replace('Bob@x.fr', 'ask bob@x.fr');
    expect(await held('a.csv', named)).toEqual([{ object: original('a.csv'), names_you: true }]);
  });
});

test('export-person tells of a file that waits in the inbox and is called after the person', async () => {
  const lake = memoryLake();
  await lake.put('inbox/tickets of bob@x.fr.csv', 'a;b');
  const found: Held[] = [];
  for await (const one of exportPerson({ lake, catalog }, bob)) found.push(one);
  expect(found).toEqual([{ object: 'inbox/tickets of bob@x.fr.csv', names_you: true }]);
});

describe('forget removes such a file whole, and finds nothing then', () => {
  const erased = async (name: string, body: string | Uint8Array) => {
    const lake = await lakeOf(name, body);
    const certificate = await forget({ lake, catalog, rebuild: () => Promise.resolve() }, { ...bob, orders: 'keep' });
    const isThere = (await lake.head(original(name))) !== undefined;
    return { isThere, certificate };
  };

  test.each<[string, string | Uint8Array]>([
    ['a.csv', csv],
    ['a.xlsx', sheet],
    ['bold.xlsx', bold],
    ['a.ods', ods],
    ['zips.zip', inZips],
    ['gzip.zip', gzipInZip],
    ['called-after.zip', calledAfter],
  ])('%s', async (name, body) => {
    const { isThere, certificate } = await erased(name, body);
    expect(isThere).toBe(false);
    expect(certificate.records.removed).toBe(1);
    expect(certificate.not_searched).toEqual([]);
    expect(certificate.left.join()).toContain('Your own copies of the files that were imported');
  });

  test('a workbook of others stays', async () => {
    const others = workbook({ Suivi: [heading, rows[0] ?? []] });
    const { isThere, certificate } = await erased('a.xlsx', others);
    expect([isThere, certificate.objects, certificate.not_searched]).toEqual([true, [], []]);
    expect(certificate.left.join()).not.toContain('Your own copies');
  });

  test('a report of advertising stays, in which a number is that of an order of the person; of orders it goes', async () => {
    const order = { id: 1042, order_number: 1042, email: 'bob@x.fr', created_at: '2026-03-01T10:00:00Z' };
    const note = (sha256: string, documents: readonly string[]) =>
      JSON.stringify({
        file: 'a.csv',
        sha256,
        bytes: 1,
        imported_at: '2026-03-02T10:00:00Z',
        exported_at: '2026-03-02T10:00:00Z',
        parts: [{ shape: 'any', records: 1, documents }],
      });
    const lake = memoryLake();
    await lake.put('raw/crm/orders/dt=2026-03-01/a.jsonl', `${JSON.stringify(order)}\n`);
    await lake.put('raw/imports/0a1b/meta.csv', 'Campaign name;Impressions\nSoin;1042\n');
    await lake.put('raw/imports/0a1b/import.json', note('0a1b', ['raw/advertising/meta_ads/dt=2026-03-01/a.json']));
    await lake.put('raw/imports/0c2d/orders.csv', 'Order;Name\n1042;Bob Martin\n');
    await lake.put('raw/imports/0c2d/import.json', note('0c2d', ['raw/crm/orders/dt=2026-03-01/b.jsonl']));
    await forget({ lake, catalog, rebuild: () => Promise.resolve() }, { ...bob, orders: 'keep' });
    expect(await lake.head('raw/imports/0a1b/meta.csv')).toBeDefined();
    expect(await lake.head('raw/imports/0c2d/orders.csv')).toBeUndefined();
  });

  test('what is no zip, though it begins as one, is told of as not searched', async () => {
    const { certificate } = await erased('a.xlsx', Buffer.concat([Buffer.from(sheet).subarray(0, 400)]));
    expect(certificate.not_searched).toEqual([{ key: original('a.xlsx'), why: 'it is an .xlsx, .ods or zip file' }]);
  });
});
