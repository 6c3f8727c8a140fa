/** What an import says of a sheet of influencers before it lands it is what the lake then has: no row more is refused. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { landAll, look } from '../lambdas/import/import.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sillage-import-refused-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const columns = ['Pseudo', 'Plateforme', 'Date', 'Date fin', 'Cachet', 'Devise', 'Coût produits', 'Commission', 'Commission sur', 'Code', 'Lien', 'Campagne'] as const; // prettier-ignore
type Column = (typeof columns)[number];
const good: Readonly<Record<Column, string>> = {
  Pseudo: '@lea',
  Plateforme: 'Instagram',
  Date: '15/04/2025',
  'Date fin': '30/04/2025',
  Cachet: '100,00',
  Devise: 'EUR',
  'Coût produits': '10,00',
  Commission: '10 %',
  'Commission sur': 'net',
  Code: 'LEA10',
  Lien: 'https://shop.example/lea?utm_source=lea',
  Campagne: 'printemps',
};
/** What people write into cells beside what belongs there. */
const odd: readonly (readonly [Column, string])[] = [
  ...['Léa Bio', '@lea @max', 'https://www.instagram.com/p/Cxyz', 'https://www.instagram.com/lea', 'lea.bio (Léa)', '@léa', '#lea', 'lea+max'].map((text) => ['Pseudo', text] as const),
  ...['insta', 'IG', 'TikTok', 'Twitch', 'Blog', 'Instagram + TikTok', 'Pinterest', 'X'].map((text) => ['Plateforme', text] as const),
  ...['15-04-25', 'avril 2025', '31/02/2025', '2025-04-15', '15 avril 2025', ''].map((text) => ['Date', text] as const),
  ...['', '30-04-25', 'sans fin', '01/04/2025', '2025-05-01'].map((text) => ['Date fin', text] as const),
  ...['', '0', '1.500,00', '1,500.00', '1 500', '100 €', '1,5k', 'gratuit', '-5', '100,123', '100 + 50', '$100'].map((text) => ['Cachet', text] as const),
  ...['', '€', 'euros', 'Euro', 'eur', 'USD', 'BTC', 'dollars', '$'].map((text) => ['Devise', text] as const),
  ...['', 'offert', '-1', '12.50', '10 €'].map((text) => ['Coût produits', text] as const),
  ...['', '0', '0,15', '12,5 %', '150 %', 'selon ventes', '-5 %'].map((text) => ['Commission', text] as const),
  ...['', 'brut', 'CA HT', 'marge', 'ventes'].map((text) => ['Commission sur', text] as const),
  ...['', 'LEA10, LEA15', 'LEA10 ou LEA15', 'lea 10', 'LEA10/LEA20', 'LÉA10'].map((text) => ['Code', text] as const),
  ...['', 'lea', 'bit.ly/lea', 'shop.example/lea?x=é', 'https://shop.example/'].map((text) => ['Lien', text] as const),
  ...['', 'Été 2025 – lancement', 'a;b'].map((text) => ['Campagne', text] as const),
]; // prettier-ignore

test('each oddity in a sheet of its own row', async () => {
  const root = join(home, 'lake');
  const file = join(home, 'deals.csv');
  const quoted = (text: string) => (/[;"]/u.test(text) ? `"${text}"` : text);
  const written = odd.map(([column, text], at) =>
    // An id of its own: no two are one deal.
    [`D${at + 1}`, ...columns.map((name) => quoted(name === column ? text : good[name]))].join(';'),
  );
  writeFileSync(file, [`Id;${columns.join(';')}`, ...written].join('\n'));
  utimesSync(file, new Date('2025-06-01'), new Date('2025-06-01'));
  const lake = filesLake(root);
  const [one] = await look(lake, [file], { scratch: join(home, 'scratch') });
  if (one?.kind !== 'understood') throw new Error(JSON.stringify(one));
  await landAll(lake, [one], join(home, 'scratch'));
  await run(root);
  const [part] = one.understood.parts;
  const refused = await withWarehouse(lake, loadCatalog(), async (warehouse) => {
    // Which currencies have a rate an import does not look up.
    const { rows } = await warehouse.query(
      `SELECT line, array_join(messages, ' ') FROM rejects
       WHERE table_name = 'influencer_deals' AND NOT contains(reasons, 'no_rate:currency') ORDER BY 1`,
    );
    const [without = []] = (
      await warehouse.query(
        'SELECT (SELECT count(*) FROM influencer_deals) + (SELECT count(*) FROM rejects WHERE ' +
          `contains(reasons, 'no_rate:currency'))`,
      )
    ).rows;
    return {
      told: rows.map(([line, message]) => `${JSON.stringify(odd[Number(line) - 2])}: ${z.string().parse(message)}`),
      deals: z.coerce.number().parse(without[0]),
    };
  });
  const said = Number(/(\d+) rows? (?:is|are) going to be refused/u.exec(part?.notes.join('\n') ?? '')?.[1] ?? 0);
  expect({ said, refused: refused.told }).toEqual({ said: refused.told.length, refused: refused.told });
  expect(part?.totals.find(({ what }) => what === 'deals')?.imported).toBe(String(refused.deals));
});
