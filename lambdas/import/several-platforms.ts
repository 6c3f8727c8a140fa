/** One table of several platforms, as connectors (Windsor, Supermetrics, Funnel, Fivetran) and marketers have it. */
import type { Row, Sheet } from './rows.ts';
import type { Shape } from './shape.ts';
import { currencyHeading, inCurrency } from './shapes/currency-headings.ts';
import { googleAds } from './shapes/google-ads.ts';
import { keywordFields } from './shapes/keywords.ts';
import { metaAds } from './shapes/meta-ads.ts';
import { criteo, linkedinAds, microsoftAds, pinterestAds } from './shapes/other-ads.ts';
import { tiktokAds } from './shapes/tiktok-ads.ts';
import { findHeading, type GivenHeadings } from './heading.ts';
import { folded } from './folded.ts';
import { Table } from './table.ts';

/** What a cell calls a platform: `google_ads`, `Facebook Ads`, `facebook`. The first that fits is meant. */
const platforms: readonly (readonly [RegExp, Shape | undefined])[] = [
  // Google has more than advertisements, and costs are in none of these.
  [/analytics|search console|organi[cq]|\bga ?4?\b|merchant|my business/, undefined],
  [/\b(?:google|adwords|youtube)\b/, googleAds],
  [/\b(?:meta|facebook|fb|instagram|messenger|whatsapp|threads|audience network)\b/, metaAds],
  [/\btik ?tok\b/, tiktokAds],
  [/\bpinterest\b/, pinterestAds],
  [/\b(?:microsoft|bing)\b/, microsoftAds],
  [/\blinked ?in\b/, linkedinAds],
  [/\bcriteo\b/, criteo],
];
/** Platforms whose reports are not read: their spend is none of another's. */
const notRead =
  /\b(?:snap(?:chat)?|reddit|twitter|x ads|amazon|taboola|outbrain|apple search|asa|quora|spotify|awin|affilae|effiliation|rakuten|tradedoubler|cj affiliate|rtb house|the trade desk|waze|yahoo|klaviyo|brevo|sendinblue|mailchimp|affiliation|affiliates?)\b/;
const shapeOf = (cell: string): Shape | undefined => {
  const name = folded(cell);
  return platforms.find(([words]) => words.test(name))?.[1];
};

/** Headings above the platform of each row. */
const platformHeading =
  /^(?:(?:data |traffic |ad |media )?source(?: ?(?:name|type))?|datasource(?: ?(?:name|type))?|(?:ad |advertising |media )?(?:platform|network|channel)(?: name)?|adnetwork|source medium|plate ?forme|regie|canal|levier|reseau(?: publicitaire)?|plattform|quelle|kanal)$/;

/** What such tables have; what each platform claims of conversions is another thing, and is not read. */
const fields = {
  day: /^(?:date|day|date day|jour|tag|datum)$/,
  account: /^(?:(?:ad )?account(?: ?name)?|nom du compte|konto(?:name)?)$/,
  account_id: /^(?:(?:ad )?account ?id|(?:id|identifiant) du compte|konto id)$/,
  currency: currencyHeading,
  campaign: /^(?:campaign(?: ?name)?|(?:nom de (?:la )?)?campagne|kampagne(?:nname)?)$/,
  campaign_id: /^(?:campaign ?id|(?:id|identifiant) de (?:la )?campagne|kampagnen id)$/,
  type: /^(?:(?:advertising )?(?:campaign|channel) ?type|type de (?:la )?campagne|kampagnentyp)$/,
  objective: /^(?:(?:campaign )?objective|objectif)$/,
  ad_group: /^(?:ad ?(?:group|set)(?: ?name)?|(?:nom du )?groupe d annonces|anzeigengruppe(?:nname)?)$/,
  ad_group_id: /^(?:ad ?(?:group|set) ?id|(?:id|identifiant) du groupe d annonces|anzeigengruppen id)$/,
  ad: /^ad ?name$/,
  ad_id: /^ad ?id$/,
  ...keywordFields,
  device: /^(?:device(?: ?type)?|appareil|gerat)$/,
  impressions: /^(?:impressions?|impr|impressionen|affichages)$/,
  clicks: /^(?:(?:link )?clicks|clics(?: sur (?:un|le) lien)?|klicks)$/,
  spend: inCurrency(
    '(?:ad ?|media ?|total )?(?:spend|cost)|amount spent|depenses?|(?:montant|budget) depense|cout(?: total| media)?|kosten|ausgaben',
  ),
};
const prefers = { clicks: [/link|lien/, /./] };
const needs = ['day', 'campaign', 'spend', 'impressions', 'clicks'];
const costs = /\b(?:spend|spent|costs?|cout|depenses?|budgets?|ausgaben|kosten)\b/;
/** What stands in sheets of influencers, whose networks are no platforms of advertising, and in orders. */
const ofOthers = /influen|createu|creator|pseudo|handle|\b(?:orders?|commandes?|bestell\p{L}*)\b/u;
const isOfSpend = ({ cells }: Row) => {
  const names = cells.map(folded);
  return names.some((name) => costs.test(name)) && !names.some((name) => ofOthers.test(name));
};

/** A table of several platforms: of each the rows that are its own. */
export interface SeveralPlatforms {
  readonly column: string;
  /** The platforms that are known, by their names in it. */
  readonly names: ReadonlyMap<Shape, string>;
  /** How many rows are of no platform that is known, by what stands there. */
  readonly unknown: ReadonlyMap<string, number>;
  /** Whether one of these is a platform that is not read, and no word for something else. */
  readonly hasOthers: boolean;
  /** The rows of one, where the table has all that its report needs. */
  readonly tableOf: ((shape: Shape) => Table) | undefined;
}

/** The columns whose heading may be that of platforms, from 0, of the row that has them. */
const columnsIn = ({ cells }: Row) => cells.flatMap((cell, at) => (platformHeading.test(folded(cell)) ? [at] : []));

interface Counted {
  readonly names: Map<Shape, string>;
  readonly unknown: Map<string, number>;
  known: number;
}

/** What stands below each of the columns. */
async function countedBelow(
  sheet: Sheet,
  heading: Row,
  columns: readonly number[],
): Promise<ReadonlyMap<number, Counted>> {
  const all = new Map(columns.map((at): [number, Counted] => [at, { names: new Map(), unknown: new Map(), known: 0 }]));
  for await (const { row, cells } of sheet.rows()) {
    if (row <= heading.row || cells.every((cell) => cell.trim() === '')) continue;
    for (const [at, counted] of all) {
      const text = cells[at]?.trim() ?? '';
      const shape = shapeOf(text);
      if (shape === undefined) counted.unknown.set(text, (counted.unknown.get(text) ?? 0) + 1);
      else {
        counted.known++;
        if (!counted.names.has(shape)) counted.names.set(shape, text);
      }
    }
  }
  return all;
}

const only = (sheet: Sheet, keep: (row: Row) => boolean): Sheet => ({
  name: sheet.name,
  broken: () => sheet.broken(),
  async *rows() {
    for await (const row of sheet.rows()) if (keep(row)) yield row;
  },
});

/** The platforms that a column of a report of advertising names; undefined where it has no such column. */
export async function severalPlatforms(
  sheet: Sheet,
  rows: readonly Row[],
  given: GivenHeadings,
): Promise<SeveralPlatforms | undefined> {
  const heading = rows.find((row) => columnsIn(row).length > 0 && isOfSpend(row));
  if (heading === undefined) return undefined;
  const below = await countedBelow(sheet, heading, columnsIn(heading));
  const [best] = [...below].toSorted(([, a], [, b]) => b.known - a.known);
  if (best === undefined) return undefined;
  const [at, { names, unknown }] = best;
  const hasOthers = [...unknown.keys()].some((name) => notRead.test(folded(name)));
  if (names.size === 0 && !hasOthers) return undefined;
  const found = findHeading(rows, fields, needs, given);
  return {
    column: heading.cells[at]?.trim() ?? '',
    names,
    unknown,
    hasOthers,
    tableOf:
      found?.row === heading.row
        ? (shape) =>
            new Table(
              only(sheet, ({ row, cells }) => row <= heading.row || shapeOf(cells[at] ?? '') === shape),
              found,
              sheet,
            ).preferring(prefers)
        : undefined,
  };
}
