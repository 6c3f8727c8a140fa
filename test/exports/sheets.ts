/** Spreadsheets that people keep: of influencers, and the table of rates that the European Central Bank offers. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import * as z from 'zod';
import { textsUnder } from '../../lambdas/generate/generated.ts';
import { workbook, type SampleCell } from '../../lambdas/import/samples/workbook.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { csv, drawn, rowsOf, type Cells } from './clothes.ts';
import { ods } from './ods.ts';
import type { ExportedFile } from './trip.ts';

const recordSchema = z.record(z.string(), z.string());

/** The rows of a feed of sheets, the last of each id. */
async function rowsUnder(lake: Lake, feed: string, delimiter: string, id: string): Promise<Cells[]> {
  const last = new Map<string, Cells>();
  for (const { text } of await textsUnder(lake, `raw/${feed}/`))
    for (const row of z.array(recordSchema).parse(parse(text, { delimiter, columns: true, bom: true })))
      last.set(row[id] ?? '', row);
  return [...last.values()];
}

/** What people call the columns, in two languages, by the names that the feeds have. */
const sheets = {
  deals: {
    id: 'id_contrat',
    fr: {
      id_contrat: 'N° contrat',
      pseudo: 'Influenceuse',
      plateforme: 'Réseau social',
      cachet: 'Cachet total',
      devise: 'Devise',
      coût_produits: 'Coût des produits',
      taux_commission: 'Taux de commission',
      code_promo: 'Code promo',
      lien_tracké: 'Lien tracké',
      campagne: 'Campagne',
      date_contrat: 'Date du contrat',
      date_fin: 'Date de fin',
      commission_sur: 'Commission sur',
    },
    en: {
      id_contrat: 'Deal ID',
      pseudo: 'Handle',
      plateforme: 'Platform',
      cachet: 'Fee',
      devise: 'Currency',
      coût_produits: 'Product cost',
      taux_commission: 'Commission rate',
      code_promo: 'Promo code',
      lien_tracké: 'Tracking link',
      campagne: 'Campaign',
      date_contrat: 'Contract date',
      date_fin: 'End date',
      commission_sur: 'Commission on',
    },
  },
  roster: {
    id: 'pseudo',
    fr: {
      pseudo: 'Pseudo',
      nom: 'Nom',
      plateforme: 'Plateforme',
      palier: 'Palier',
      abonnés: "Nombre d'abonnés",
      inscrit_le: 'Inscrit le',
    },
    en: {
      pseudo: 'Creator',
      nom: 'Full name',
      plateforme: 'Network',
      palier: 'Tier',
      abonnés: 'Followers',
      inscrit_le: 'Joined',
    },
  },
  posts: {
    id: 'id_publication',
    fr: {
      id_publication: 'ID publication',
      id_contrat: 'Contrat',
      pseudo: 'Pseudo',
      plateforme: 'Plateforme',
      date: 'Date de publication',
      format: 'Format',
      vues: 'Vues',
      j_aime: "J'aime",
      commentaires: 'Commentaires',
      partages: 'Partages',
      enregistrements: 'Enregistrements',
    },
    en: {
      id_publication: 'Post ID',
      id_contrat: 'Deal ID',
      pseudo: 'Username',
      plateforme: 'Platform',
      date: 'Posted on',
      format: 'Content type',
      vues: 'Views',
      j_aime: 'Likes',
      commentaires: 'Comments',
      partages: 'Shares',
      enregistrements: 'Saves',
    },
  },
} as const;

const numeric = new Set([
  'cachet',
  'coût_produits',
  'taux_commission',
  'abonnés',
  'vues',
  'j_aime',
  'commentaires',
  'partages',
  'enregistrements',
]);

/** A cell as a workbook keeps it: numbers and days are no texts there. */
function valueOf(field: string, text: string): SampleCell {
  if (text === '') return undefined;
  const [, date, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text) ?? [];
  if (year !== undefined) return new Date(`${year}-${month}-${date}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return new Date(`${text}T00:00:00Z`);
  return numeric.has(field) ? Number(text.replace(',', '.')) : text;
}

/** Who names columns in English writes days and decimals so, too; in French as the feeds do. */
function written(field: string, text: string, language: 'fr' | 'en'): string {
  if (language === 'fr') return text;
  if (/^\d{2}\/\d{2}\/\d{4}$/.test(text)) return text.split('/').toReversed().join('-');
  return numeric.has(field) ? text.replace(',', '.') : text;
}

const clothes = fc.record({
  language: fc.constantFrom('fr', 'en'),
  form: fc.constantFrom('csv', 'xlsx', 'ods'),
  /** A title above the heading. */
  hasTitle: fc.boolean(),
});

/** Deals, roster and posts: three files, or the sheets of one workbook. */
export async function influencerSheets(lake: Lake, form = drawn(clothes, 'sheets').form): Promise<ExportedFile[]> {
  const { language, hasTitle } = drawn(clothes, 'sheets');
  const title: string[][] = hasTitle ? [['Partenariats 2025'], []] : [];
  const tables: Record<string, { fields: string[]; rows: string[][] }> = {};
  for (const [name, { id, ...headings }] of Object.entries(sheets)) {
    const names: Readonly<Record<string, string>> = headings[language];
    const fieldOf = new Map(Object.entries(names).map(([field, heading]) => [heading, field]));
    const own = await rowsUnder(lake, `influencers/${name}`, ';', id);
    const rows = rowsOf(
      own.map((row) => [
        Object.fromEntries(
          Object.entries(names).map(([field, heading]) => [heading, written(field, row[field] ?? '', language)]),
        ),
      ]),
      name,
    );
    tables[name] = { rows, fields: (rows[0] ?? []).map((heading) => fieldOf.get(heading) ?? '') };
  }
  if (form === 'csv')
    return Object.entries(tables).map(([name, { rows }]) => ({
      name: `${name}.csv`,
      bytes: csv([...title, ...rows], name, ';'),
    }));
  const cells = Object.fromEntries(
    Object.entries(tables).map(([name, { rows, fields }]) => [
      name,
      [
        ...title,
        ...rows.map((row, at) => (at === 0 ? row : row.map((text, column) => valueOf(fields[column] ?? '', text)))),
      ],
    ]),
  );
  return [{ name: `suivi.${form}`, bytes: form === 'ods' ? ods(cells) : workbook(cells) }];
}

/** `eurofxref-hist.csv`: all days, the newest first, each line with a comma at its end. */
export async function ecbRates(lake: Lake): Promise<ExportedFile> {
  const rows = (await textsUnder(lake, 'raw/reference/fx_rates/')).map(({ text }) => text.trim().split('\n'));
  const days = rows.flatMap(([, ...lines]) => lines).toSorted((a, b) => (a < b ? 1 : -1));
  return { name: 'eurofxref-hist.csv', bytes: Buffer.from(`${[rows[0]?.[0] ?? '', ...days].join('\n')}\n`) };
}
