/** The influencers' spreadsheets as exported in France: UTF-8 with BOM, `;`, decimal comma, dd/mm/yyyy. */
import { stringify } from 'csv-stringify/sync';
import { frenchDay } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import type { Deal, Influencer, Post } from './casting.ts';

function sheet(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return stringify([[...columns], ...rows.map((row) => [...row])], {
    bom: true,
    delimiter: ';',
    record_delimiter: 'windows',
  });
}

/** `1234,50` */
function comma(value: number, digits: number): string {
  return value.toFixed(digits).replace('.', ',');
}

const networkNames = { instagram: 'Instagram', tiktok: 'TikTok', youtube: 'YouTube' } as const;

export function rosterSheet(influencers: readonly Influencer[]): string {
  return sheet(
    ['pseudo', 'nom', 'plateforme', 'palier', 'abonnés', 'inscrit_le'],
    influencers.map(({ handle, name, network, tier, followers, signedOn }) => [
      handle,
      name,
      networkNames[network],
      tier,
      String(followers),
      frenchDay(signedOn),
    ]),
  );
}

export function dealsSheet(deals: readonly Deal[]): string {
  return sheet(
    [
      'id_contrat',
      'pseudo',
      'plateforme',
      'cachet',
      'devise',
      'coût_produits',
      'taux_commission',
      'code_promo',
      'lien_tracké',
      'campagne',
      'date_contrat',
      'date_fin',
      'commission_sur',
    ],
    deals.map((deal) => [
      deal.id,
      deal.influencer.handle,
      networkNames[deal.influencer.network],
      comma(deal.feeCents / 100, 2),
      deal.currency,
      comma(deal.productCostCents / 100, 2),
      comma(deal.commissionRate, 2),
      deal.code,
      `https://www.sillage-cosmetics.example${deal.link.path}${deal.link.query}`,
      deal.campaign,
      frenchDay(deal.contractedOn),
      frenchDay(deal.endsOn),
      deal.isOnGross ? '' : 'net',
    ]),
  );
}

/** Share of its views that a post has on its own day; the rest comes within a week. */
const firstDay = 0.55;

/** @param exported the day of the export: the posts' own, or a week later */
export function postsSheet(posts: readonly Post[], exported: DayIndex): string {
  return sheet(
    [
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
    ],
    posts.map((post) => {
      const { deal, engagement } = post;
      const views = Math.round(post.views * (exported > post.day ? 1 : firstDay));
      const share = (part: number): string => String(Math.round(views * engagement * part));
      return [
        post.id,
        deal.id,
        deal.influencer.handle,
        networkNames[deal.influencer.network],
        frenchDay(post.day),
        post.format,
        String(views),
        share(0.84),
        share(0.07),
        share(0.04),
        share(0.05),
      ];
    }),
  );
}
