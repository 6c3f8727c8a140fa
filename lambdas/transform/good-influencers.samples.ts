/** Good records of influencers. */
import type { GoodCase } from './good-case.samples.ts';

export const goodInfluencers: readonly GoodCase[] = [
  {
    table: 'influencers',
    id: 'a line of the roster',
    key: 'raw/influencers/roster/dt=2025-01-05/roster.csv',
    content:
      '\uFEFFpseudo;nom;plateforme;palier;abonnes;inscrit_le\r\n@Lea.Bio;Léa Durand;Instagram;Micro;12\u202F345;05/01/2025\r\n',
    rows: [
      {
        influencer_id: 'instagram:lea.bio',
        handle: 'lea.bio',
        platform: 'instagram',
        tier: 'micro',
        followers: '12345',
        signed_on: '2025-01-05',
        exported_in: 'raw/influencers/roster/dt=2025-01-05/roster.csv',
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'influencer_deals',
    id: 'a contract in dollars',
    key: 'raw/influencers/deals/dt=2025-01-05/deals.csv',
    content:
      '\uFEFFid_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;' +
      'lien_tracke;campagne;date_contrat;date_fin\r\n' +
      'D-1;@Lea.Bio;Instagram;1 029,90;usd;51,4950;0,10; lea10 ;' +
      'https://shop.example/Lea?utm_source=Lea.Bio&utm_medium=influencer;Hiver;05/01/2025;04/02/2025\r\n',
    rows: [
      {
        deal_id: 'D-1',
        influencer_id: 'instagram:lea.bio',
        campaign: 'hiver',
        contract_date: '2025-01-05',
        end_date: '2025-02-04',
        promo_code: 'LEA10',
        tracked_link: 'https://shop.example/Lea?utm_source=Lea.Bio&utm_medium=influencer',
        link_path: '/lea',
        link_source: 'lea.bio',
        link_medium: 'influencer',
        link_campaign: null,
        link_content: null,
        currency: 'USD',
        fee: '1029.90',
        fee_eur: '1000.00',
        product_cost: '51.50',
        product_cost_eur: '51.50',
        commission_rate: '0.1000',
        commission_on: 'gross',
        exported_in: 'raw/influencers/deals/dt=2025-01-05/deals.csv',
        dt: '2025-01-05',
      },
    ],
  },
  {
    table: 'influencer_posts',
    id: 'a post',
    key: 'raw/influencers/posts/dt=2025-01-05/posts.csv',
    content:
      'id_publication;id_contrat;pseudo;plateforme;date;format;vues;j_aime;commentaires;partages;enregistrements\nP-1;D-1;@Lea.Bio;Instagram;05/01/2025;Reel;10 000;500;20;;3\n',
    rows: [
      {
        post_id: 'P-1',
        deal_id: 'D-1',
        influencer_id: 'instagram:lea.bio',
        posted_on: '2025-01-05',
        format: 'reel',
        views: '10000',
        likes: '500',
        comments: '20',
        shares: null,
        saves: '3',
        exported_in: 'raw/influencers/posts/dt=2025-01-05/posts.csv',
        dt: '2025-01-05',
      },
    ],
  },
];
