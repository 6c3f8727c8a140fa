import type { MoneyTable } from '../../lambdas/shared/refused-records.ts';
import type { InEach } from '../language/language.ts';

/** What only a report says; the names of figures are those of the dashboard. */
export interface ReportTexts {
  readonly title: string;
  readonly section: string;
  readonly name: string;
  readonly total: string;
  readonly day: string;
  readonly before: string;
  readonly change: string;
  readonly all: string;
  readonly channels: string;
  readonly campaigns: string;
  readonly influencers: string;
  readonly products: string;
  /** The names of sheets: a spreadsheet takes 31 characters. */
  readonly sheets: Readonly<Record<'channels' | 'incremental' | 'campaigns' | 'influencers' | 'products', string>>;
  readonly chart: string;
  readonly blended: string;
  readonly attributed: (model: string, days: number) => string;
  readonly byCode: string;
  readonly ofProducts: string;
  /** The ends of intervals, as columns. */
  readonly atLeast: string;
  readonly atMost: string;
  readonly atLeast90: string;
  readonly atMost90: string;
  readonly cut: string;
  /** The last days of the data are long past. */
  readonly old: (day: string) => string;
  /** Checks found something wrong in the data of the last run. */
  readonly failedChecks: (checks: string) => string;
  /** Records of these days were refused; so many of each table. */
  readonly refused: (records: string) => string;
  readonly refusedOf: Readonly<Record<MoneyTable, (records: number) => string>>;
  /** The lake has no order at all. */
  readonly noOrders: string;
  /** Of a share of the revenue no cost is known. */
  readonly partial: (share: string) => string;
  /** Of nothing that was sold a cost is known. */
  readonly noCosts: string;
  /** Of days before it is not known what was spent. */
  readonly spendFrom: (day: string) => string;
  /** Of some paid channels no cost is known at all. */
  readonly unknownSpend: (channels: string) => string;
  readonly made: (zone: string) => string;
}

const en: ReportTexts = {
  title: 'Marketing report',
  section: 'Section',
  name: 'Name',
  total: 'Total',
  day: 'Day',
  before: 'Revenue before',
  change: 'Change',
  all: 'The shop',
  channels: 'Channels',
  campaigns: 'Campaigns with the largest spend',
  influencers: 'Influencers',
  products: 'Products with the largest revenue',
  sheets: {
    channels: 'Channels',
    incremental: 'Credited and caused',
    campaigns: 'Campaigns',
    influencers: 'Influencers',
    products: 'Products',
  },
  chart: 'Revenue a day, and marketing spend below',
  blended: 'Of the whole shop: each order counts once, whoever earned it.',
  attributed: (model, days) => `Attributed: ${model}, ${days} days of look-back.`,
  byCode: 'Orders by their code or link, each whole.',
  ofProducts:
    'Gross margin: revenue − cost of goods − refunds of which the shop tells the goods (an export of orders does not).',
  atLeast: 'at least (95 %)',
  atMost: 'at most (95 %)',
  atLeast90: 'at least (90 %)',
  atMost90: 'at most (90 %)',
  old: (day) => `The data end on ${day}: this is no report of the last days. Import newer exports.`,
  failedChecks: (checks) =>
    `The last run found something wrong in the data (${checks}), so these figures may be wrong: "sillage ` +
    'status" says what.',
  refused: (records) =>
    `Records of these days were refused, and are missing in these figures: ${records}. "sillage rejects" says why.`,
  refusedOf: {
    orders: (count) => (count === 1 ? '1 order' : `${count} orders`),
    refunds: (count) => (count === 1 ? '1 refund' : `${count} refunds`),
    ad_spend: (count) => (count === 1 ? '1 line of advertising reports' : `${count} lines of advertising reports`),
    influencer_deals: (count) => (count === 1 ? '1 deal of an influencer' : `${count} deals of influencers`),
  },
  cut: 'Some of the days asked for are not in the data, or not over: the report leaves them out.',
  noOrders: 'There are no orders in the data: what marketing brought back is not known, and is not nothing.',
  noCosts: 'Of nothing that was sold the cost of goods is known: margin and ROI are not known.',
  partial: (share) =>
    `Margin and ROI are of ${share} of the revenue: of the rest no cost of goods is known, so they are too low.`,
  spendFrom: (day) =>
    `The advertising reports begin on ${day}: what was spent before is not known, and is not in the figures ` +
    'of channels and campaigns.',
  unknownSpend: (channels) =>
    `Nothing is known of what these paid channels cost: ${channels}. No report of theirs was imported, so ` +
    'marketing spend and CAC are too low, and what a euro brought back is too high.',
  made: (zone) =>
    `Days of ${zone}. Revenue without VAT, after discounts, before refunds. – stands for what is not known.`,
};

const fr: ReportTexts = {
  title: 'Rapport marketing',
  section: 'Partie',
  name: 'Nom',
  total: 'Total',
  day: 'Jour',
  before: 'CA avant',
  change: 'Évolution',
  all: 'La boutique',
  channels: 'Canaux',
  campaigns: 'Campagnes aux plus fortes dépenses',
  influencers: 'Influenceurs',
  products: 'Produits au plus fort chiffre d’affaires',
  sheets: {
    channels: 'Canaux',
    incremental: 'Attribué et causé',
    campaigns: 'Campagnes',
    influencers: 'Influenceurs',
    products: 'Produits',
  },
  chart: 'Chiffre d’affaires par jour, et dépenses marketing au-dessous',
  blended: 'Toute la boutique : chaque commande compte une fois, quelle que soit son origine.',
  attributed: (model, days) => `Attribué : ${model}, fenêtre de ${days} jours.`,
  byCode: 'Commandes par code ou par lien, chacune entière.',
  ofProducts:
    'Marge brute : CA − coût d’achat − remboursements dont la boutique indique les articles (un export de ' +
    'commandes ne le fait pas).',
  atLeast: 'au moins (95 %)',
  atMost: 'au plus (95 %)',
  atLeast90: 'au moins (90 %)',
  atMost90: 'au plus (90 %)',
  old: (day) =>
    `Les données s’arrêtent le ${day} : ce rapport n’est pas celui des derniers jours. Importez des exports ` +
    'plus récents.',
  failedChecks: (checks) =>
    `La dernière exécution a trouvé une anomalie dans les données (${checks}) ; ces chiffres sont peut-être ` +
    'faux : « sillage status » dit laquelle.',
  refused: (records) =>
    `Des enregistrements de ces jours ont été refusés, et manquent dans ces chiffres : ${records}. « sillage ` +
    'rejects » dit pourquoi.',
  refusedOf: {
    orders: (count) => (count === 1 ? '1 commande' : `${count} commandes`),
    refunds: (count) => (count === 1 ? '1 remboursement' : `${count} remboursements`),
    ad_spend: (count) =>
      count === 1 ? '1 ligne de rapport publicitaire' : `${count} lignes de rapports publicitaires`,
    influencer_deals: (count) => (count === 1 ? '1 contrat d’influenceur' : `${count} contrats d’influenceurs`),
  },
  cut: 'Certains des jours demandés manquent dans les données, ou ne sont pas finis : le rapport les laisse de côté.',
  noOrders: 'Les données n’ont aucune commande : ce que le marketing a rapporté est inconnu, ce n’est pas rien.',
  noCosts: 'Le coût d’achat de rien de ce qui fut vendu n’est connu : marge et ROI sont inconnus.',
  partial: (share) =>
    `Marge et ROI portent sur ${share} du chiffre d’affaires : pour le reste, le coût d’achat est inconnu ; ` +
    'ils sont donc trop bas.',
  spendFrom: (day) =>
    `Les rapports publicitaires commencent le ${day} : les dépenses d’avant sont inconnues, et absentes des ` +
    'chiffres des canaux et des campagnes.',
  unknownSpend: (channels) =>
    `Le coût de ces canaux payants est inconnu : ${channels}. Aucun de leurs rapports n’a été importé : ` +
    'dépenses et CAC sont donc trop bas, et ce que rapporte un euro trop haut.',
  made: (zone) =>
    `Jours de ${zone}. Chiffre d’affaires hors TVA, après remises, avant remboursements. – : ce qui n’est pas connu.`,
};

export const reportTexts: InEach<ReportTexts> = { en, fr };
