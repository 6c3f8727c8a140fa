import { Amounts, fullCount } from '../amounts.ts';
import { Dates } from '../dates.ts';
import { accountOf } from '../deals.ts';
import { Refused } from '../refused.ts';
import { DaySpan, LeftOuts, type Shape } from '../shape.ts';
import { withAccounts } from './influencer-columns.ts';
import { platformOf } from './influencer-rows.ts';
import { Unfit } from './unfit.ts';

const headings = [
  'id_publication',
  'id_contrat',
  'pseudo',
  'plateforme',
  'date',
  'format',
  'vues',
  'j_aime',
  'commentaires',
  'partages',
  'enregistrements',
];
const counts = ['views', 'likes', 'comments', 'shares', 'saves'];

/** An id of what makes a post one, where the sheet has none: further posts alike (stories of one day) by their order. */
function postIds(): (parts: readonly string[], row: string) => string {
  const seen = new Map<string, string[]>();
  return (parts, row) => {
    const id = parts.join('-');
    const rows = seen.get(id) ?? [];
    seen.set(id, rows);
    if (!rows.includes(row)) rows.push(row);
    const at = rows.indexOf(row);
    return at === 0 ? id : `${id}-${at + 1}`;
  };
}

/** A spreadsheet of what influencers posted: one row a post of a deal. */
export const influencerPosts: Shape = {
  name: 'influencer-posts-sheet',
  source: 'Influencers',
  report: 'posts',
  fields: {
    id: /^(?:id publication|post id|publication|post|id post)$/,
    deal: /^(?:id contrat|deal id|contract id|contrat|deal)$/,
    handle: /^(?:pseudos?|handles?|influenceu(?:r|se)s?|influencers?|creators?|compte|account|username)$/,
    platform: /^(?:plate ?forme|platform|reseau(?: social)?|network)$/,
    date: /^(?:date(?: (?:de )?(?:publication|post))?|posted(?: on)?|publie le)$/,
    format: /^(?:format|type(?: de (?:contenu|publication))?|content type)$/,
    views: /^(?:vues|views|impressions)$/,
    likes: /^(?:j aime|likes|mentions j aime)$/,
    comments: /^(?:commentaires|comments)$/,
    shares: /^(?:partages|shares)$/,
    saves: /^(?:enregistrements|saves|sauvegardes)$/,
  },
  needs: ['deal', 'handle', 'date', 'views'],
  settled: withAccounts,
  async convert(table, { documents, options }) {
    const leftOut = new LeftOuts();
    const [days, dates] = [new DaySpan(), new Dates(options.dates, table.language)];
    for await (const row of table.rows()) dates.learn(table.cell(row, 'date'));
    if (dates.ambiguous !== undefined || dates.isMixed)
      throw new Refused(
        `Its days (${dates.ambiguous ?? 'of two orders'}) may be two: say --dates dmy where the day stands ` +
          'first, or --dates mdy where the month does.',
      );
    if (dates.halfTurned !== undefined) throw new Refused(`${dates.halfTurned} Write them all in one way.`);
    await documents.cells('influencers/posts', table.heading.row, headings, true);
    const [amounts, unfit] = [new Amounts(table.language), new Unfit()];
    let [rows, fit] = [0, 0];
    let rounded: string | undefined;
    const [notes, idOf] = [new Set<string>(), postIds()];
    for await (const row of table.rows()) {
      rows++;
      if (table.addsUp(row, ['date'])) {
        leftOut.add('a totals row', row.row);
        continue;
      }
      const cell = (field: string) => table.cell(row, field);
      const day = dates.read(cell('date'));
      if (day !== undefined) days.add(day);
      const countOf = (field: string) => fullCount(cell(field)) ?? cell(field);
      const areFit = counts.every((field) =>
        unfit.isFit(row.row, table.headingOf(field), countOf(field), amounts, 'count'),
      );
      const isFit =
        areFit &&
        unfit.isSaid(row.row, table.headingOf('deal'), cell('deal'), 'write the id of its deal') &&
        unfit.isHandle(row.row, table.headingOf('handle'), cell('handle')) &&
        unfit.isDay(row.row, table.headingOf('date'), cell('date'), day !== undefined);
      if (isFit) fit++;
      rounded ??= counts.map(cell).find((text) => fullCount(text) !== undefined);
      const platform = platformOf(table, { cell, accounts: [table.headingOf('handle')] }, notes);
      // A deal may be a campaign of many: who posted is part of what makes a post one.
      const parts = [cell('deal'), accountOf(platform, cell('handle')), day ?? cell('date'), cell('format')];
      const id = cell('id') || idOf(parts, JSON.stringify(row.cells));
      await documents.cells('influencers/posts', row.row, [
        id,
        cell('deal'),
        cell('handle'),
        platform,
        day?.split('-').toReversed().join('/') ?? cell('date'),
        cell('format'),
        ...counts.map(countOf),
      ]);
    }
    return {
      currencies: [],
      days: days.range,
      rows,
      leftOut: leftOut.all,
      totals: [{ what: 'posts', imported: String(fit) }],
      notes: [
        ...dates.notes,
        ...notes,
        ...unfit.notes,
        ...(rounded === undefined
          ? []
          : [
              `“${rounded}” is ${Number(fullCount(rounded)).toLocaleString('en-GB')}, rounded as the platform ` +
                'shows it, and so are all that are written like it.',
            ]),
        ...(table.has('id')
          ? []
          : [
              'It has no ids of posts: those of one deal, account, day and format are told apart by their order, ' +
                'and one whose day is corrected later stands twice. Add a column “Post id”.',
            ]),
      ],
    };
  },
};
