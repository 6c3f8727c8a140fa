import { whyConverted } from './converted-costs.ts';
import { whyNoLines } from './no-orders.ts';
import { sumsOfVisits, whyNoVisits } from './no-visits.ts';
import { whyNoCampaigns } from './other-emails.ts';
import { Refused, UnknownHeadings } from './refused.ts';
import type { Row, Sheet } from './rows.ts';
import type { Shape } from './shape.ts';
import { whyAcross } from './sheets-across.ts';
import { severalPlatforms, type SeveralPlatforms } from './several-platforms.ts';
import { shapes } from './shapes/shapes.ts';
import { brokenLetters } from './text.ts';
import { findHeading, firstRows, type GivenHeadings, type Heading } from './heading.ts';
import { folded } from './folded.ts';
import { Table } from './table.ts';

/** A table, and what kind it is. */
export interface Recognised {
  readonly shape: Shape;
  readonly table: Table;
}

const known = () => shapes.map(({ source, report }) => `${source}: ${report}`).join('; ');

/** Whether the headings, or the lines around the table, name what is of this kind alone. */
function isItsOwn({ own, ownTogether }: Shape, { written }: Heading, rows: readonly Row[]): boolean {
  if (own === undefined) return true;
  const headings = written.map(folded);
  if (ownTogether?.every((one) => headings.some((name) => one.test(name))) === true) return true;
  const lines = rows.flatMap(({ cells }) => {
    const filled = cells.filter((cell) => cell.trim() !== '');
    return filled.length === 1 ? filled : [];
  });
  return [...written, ...lines].some((text) => own.test(folded(text)));
}

/** Whether the headings name what is of another kind. */
const isOfOthers = ({ foreign, certain }: Shape, heading: Heading | undefined): boolean => {
  const headings = heading?.written.map(folded) ?? [];
  return (
    headings.some((name) => foreign?.test(name) === true) && !headings.some((name) => certain?.test(name) === true)
  );
};

/** What reports of advertising have in the languages of the platforms: campaigns, and what they cost or came to. */
const campaigns = /campaign|campagne|kampagne/;
const costs = /\b(?:spend|spent|costs?|cout|depenses?|montant|ausgaben|kosten|betrag)\b/;
const events =
  /\b(?:impr|impressions?|impressionen|displays|affichages|clicks?|clics?|klicks?|swipe ups?|taps|views)\b/;

const names = ({ cells }: Row, pattern: RegExp) => cells.some((cell) => pattern.test(folded(cell)));
const isAdvertising = (rows: readonly Row[]) => rows.some((row) => names(row, campaigns) && names(row, events));
const hasCosts = (rows: readonly Row[]) => rows.some((row) => names(row, campaigns) && names(row, costs));

/** What reports of web analysis add up: of visits, each row has a sum. */
const visits =
  /^(?:(?:unique |total )?(?:visitors?|visits|sessions|users|page ?views|conversions)|bounces?(?: ?rate)?|visit duration|visiteurs|visites|utilisateurs|pages? vues|taux de rebond|besucher|besuche|sitzungen|nutzer|seitenaufrufe|absprungrate)$/;
const addsUpVisits = ({ cells }: Row) => cells.filter((cell) => visits.test(folded(cell))).length >= 2;

/** The fields that a kind needs and a heading has not. */
const lackingIn = ({ needs }: Shape, heading: Heading | undefined): string[] =>
  needs.filter((field) => heading?.columns.has(field) !== true);
const namesOf = (fields: readonly string[], { headings }: Shape) =>
  fields.map((field) => `“${headings?.[field] ?? field.replaceAll('_', ' ')}”`).join(', ');

/** What a table lacks of the kind that a person says it is. */
function lackOf(rows: readonly Row[], given: GivenHeadings, forced: string): string | undefined {
  const shape = shapes.find(({ name }) => name === forced);
  if (shape === undefined) return undefined;
  const lacking = lackingIn(shape, findHeading(rows, shape.fields, [], given));
  const [first] = lacking;
  if (first === undefined) return undefined;
  return (
    `As ${shape.source}, ${shape.report}, it lacks ${namesOf(lacking, shape)}. Say which heading each is, as ` +
    `--map "HEADING=${first}", or export it with all columns.`
  );
}

/** Whether a kind is a platform's report of advertising. */
const isOfAds = ({ fields, own }: Shape) => own !== undefined && fields['spend'] !== undefined;

/** What is said of a report of advertising that is of no platform that is known. */
function ofNoPlatform(): string {
  const platforms = shapes.filter(({ own }) => own !== undefined);
  return (
    'It is a report of advertising, and none of its headings is of a platform that is known ' +
    `(${[...new Set(platforms.map(({ source }) => source))].join(', ')}), so whose it is cannot be told. If it ` +
    'is of one of them, export it in English with all columns, or say which: --feed ' +
    `${platforms.map(({ name }) => name).join(' | ')}. What another platform costs is entered by month, in ` +
    'marketing_costs of shop.json.'
  );
}

/** What the rows of a table come nearest to, and what they lack; undefined where they are like nothing. */
function nearest(rows: readonly Row[], given: GivenHeadings): string | undefined {
  const near = shapes
    .map((shape) => {
      const heading = findHeading(rows, shape.fields, [], given);
      const lacking = lackingIn(shape, heading);
      const isForeign = isOfOthers(shape, heading);
      const isOwn = heading !== undefined && isItsOwn(shape, heading, rows);
      const all = isOwn ? heading.columns.size : 0;
      return { shape, lacking, has: isOwn ? shape.needs.length - lacking.length : 0, all, isForeign };
    })
    // A cost under another name than the platform's is of another platform; so is a report that names no person.
    .filter(({ shape, lacking }) =>
      shape.own === undefined
        ? !(isAdvertising(rows) && (lacking.includes('handle') || (shape.source === 'Influencers' && hasCosts(rows))))
        : !(hasCosts(rows) && lacking.includes('spend')),
    )
    // What lacks nothing, and is not of this kind all the same, is not near it.
    .filter(({ lacking }) => lacking.length > 0)
    // A kind that needs little is known by what else is there.
    .filter(({ shape, has, all, isForeign }) => (has >= 2 || (all >= 4 && !isForeign)) && has >= shape.needs.length / 2)
    .sort((a, b) => b.all - a.all)[0];
  if (near === undefined) return undefined;
  const how =
    near.shape.source === 'Influencers'
      ? `Add it as a column, or say which heading it is: --map "HEADING=${near.lacking[0] ?? ''}".`
      : near.shape.own === undefined
        ? 'Export it again with all columns; where one has another name in it, say which: --map ' +
          `"HEADING=${near.lacking[0] ?? ''}".`
        : 'Export it again with all columns; where they are there in another language, in English.';
  return `It looks like ${near.shape.source}, ${near.shape.report}, but lacks ${namesOf(near.lacking, near.shape)}. ${how}`;
}

/** What is known of a sheet. */
export interface RecognisedSheet {
  /** One table, or of one that several platforms share the rows of each. */
  readonly known: readonly Recognised[];
  /** Rows that are of none of them, and why. */
  readonly passedOver?: string;
}

/** The reports of a table of several platforms, each of its own rows. @throws Refused where it lacks what they need */
function ofEachPlatform({ column, names: called, unknown, tableOf }: SeveralPlatforms): RecognisedSheet {
  const named = [...called.values(), ...unknown.keys()].map((name) => `“${name}”`).join(', ');
  if (tableOf === undefined)
    throw new Refused(
      `Its “${column}” names platforms (${named}), and it lacks one of the columns that such a table needs: ` +
        'date, campaign, cost, impressions, clicks. Export it with these, or each platform in a file of its ' +
        'own. What is known by month alone is entered in marketing_costs of shop.json.',
    );
  const others = [...unknown].map(([name, rows]) => `${rows} of ${name === '' ? 'none' : `“${name}”`}`).join(', ');
  const left =
    `rows whose “${column}” is no platform that is known are left out: ${others}. What another platform costs ` +
    'is entered by month, in marketing_costs of shop.json.';
  if (called.size === 0) throw new Refused(`None of its rows is read: ${left}`);
  return {
    known: [...called.keys()].map((shape) => ({ shape, table: tableOf(shape) })),
    ...(unknown.size > 0 && { passedOver: left }),
  };
}

/**
 * Knows a table by its headings, wherever they stand in its first rows and whatever the file is called; `forced` is the
 * name of the one shape that it is to be.
 * @throws Refused where it is no table that is known, with what it comes nearest to
 */
export async function recognise(sheet: Sheet, given: GivenHeadings, forced?: string): Promise<RecognisedSheet> {
  const rows = await firstRows(sheet);
  const found = shapes
    .filter(({ name }) => forced === undefined || name === forced)
    .flatMap((shape) => {
      const heading = findHeading(rows, shape.fields, shape.needs, given, shape.byValue);
      const isForeign = isOfOthers(shape, heading);
      if (heading === undefined) return [];
      return forced !== undefined || (!isForeign && isItsOwn(shape, heading, rows)) ? [{ shape, heading }] : [];
    })
    .sort((a, b) => b.heading.columns.size - a.heading.columns.size)[0];
  const shared = found === undefined || isOfAds(found.shape) ? await severalPlatforms(sheet, rows, given) : undefined;
  const others = [...(shared?.names ?? [])].flatMap(([shape, name]) => (shape === found?.shape ? [] : [name]));
  if (shared !== undefined && (others.length > 0 || shared.hasOthers)) {
    if (forced === undefined) return ofEachPlatform(shared);
    if (found !== undefined)
      throw new Refused(
        `Its “${shared.column}” names another platform (${[...others, ...shared.unknown.keys()].map((name) => `“${name}”`).join(', ')}): leave out --feed.`,
      );
  }
  if (found) {
    const { shape } = found;
    const table = new Table(sheet, found.heading).preferring(shape.prefers ?? {});
    return { known: [{ shape, table: (await shape.settled?.(table)) ?? table }] };
  }
  const [notRead] = rows
    .map(({ cells }) => cells.map(folded))
    .flatMap(
      (headings) =>
        whyNoLines(headings) ?? whyNoCampaigns(headings) ?? whyNoVisits(headings) ?? whyConverted(headings) ?? [],
    );
  if (notRead !== undefined) throw new Refused(notRead);
  const broken = rows.flatMap(({ cells }) => cells).find((cell) => brokenLetters.test(cell));
  if (broken !== undefined)
    throw new Refused(
      'Its headings are not those of a report that is known, and letters in it are broken ' +
        `(“${broken.slice(0, 60)}”): something read it in another encoding and saved it. Download it again, and ` +
        'import it unopened.',
    );
  const [across] = rows.flatMap(({ cells }) => whyAcross(cells) ?? []);
  if (across !== undefined) throw new Refused(across);
  const lack = forced === undefined ? undefined : lackOf(rows, given, forced);
  if (lack !== undefined) throw new Refused(lack);
  const near = nearest(rows, given) ?? (isAdvertising(rows) ? ofNoPlatform() : undefined);
  if (near !== undefined)
    throw near.startsWith('It looks like Influencers') ? new UnknownHeadings(near) : new Refused(near);
  if (rows.some(addsUpVisits)) throw new Refused(sumsOfVisits);
  const first = rows.find(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const headings = (first?.cells ?? [])
    .filter((cell) => folded(cell) !== '')
    .slice(0, 8)
    .join(', ');
  throw new UnknownHeadings(
    'Its headings are not those of any report that is ' +
      `known${headings === '' ? '' : ` (“${headings.slice(0, 200)}”)`}. Known are ${known()}.`,
  );
}
