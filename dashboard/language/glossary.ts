import type { InEach } from './language.ts';

/** A figure's name and what it is. The names that a page shows are these: a figure has one name and one meaning. */
export interface Term {
  readonly name: string;
  readonly meaning: string;
}

const en = {
  revenue: {
    name: 'Revenue',
    meaning:
      'Net revenue: goods and shipping of paid orders, after discounts, without VAT, before refunds. Each ' +
      'order counts once.',
  },
  productRevenue: {
    name: 'Product revenue',
    meaning: 'Net revenue of what was sold, without shipping: goods of paid orders, after discounts, without VAT.',
  },
  attributedRevenue: {
    name: 'Attributed revenue',
    meaning:
      'Net revenue of the orders, divided among the visits before them by the attribution model. Over all ' +
      'channels it is the revenue.',
  },
  spend: {
    name: 'Marketing spend',
    meaning:
      'What advertising platforms report, influencers’ fees (spread over their deals), products and ' +
      'commissions, and the costs entered in the shop’s profile.',
  },
  mer: {
    name: 'Blended ROAS',
    meaning: 'All net revenue ÷ all marketing spend, also called MER. It needs no attribution.',
  },
  roas: { name: 'Attributed ROAS', meaning: 'Attributed net revenue ÷ spend of the same channel or campaign.' },
  roi: {
    name: 'ROI',
    meaning: '(Attributed contribution margin − spend) ÷ spend. Above 0 the marketing earned more than it cost.',
  },
  incrementalRevenue: {
    name: 'Incremental revenue',
    meaning:
      'Attributed revenue × the part of it that the channel caused: by its experiments and what is believed ' +
      'of such channels.',
  },
  incrementalRoi: {
    name: 'Incremental ROI',
    meaning:
      '(Incremental contribution margin − spend) ÷ spend: what the spend brought that would not have come anyway.',
  },
  margin: {
    name: 'Contribution margin',
    meaning: 'Net revenue − cost of goods − fulfilment − payment fees − refunds. Unknown where the shop gives no cost.',
  },
  coverage: {
    name: 'Cost coverage',
    meaning: 'Share of the revenue whose cost of goods is known. Margin and ROI are of it alone.',
  },
  blendedCac: { name: 'Blended CAC', meaning: 'All marketing spend ÷ all new customers: what a new customer costs.' },
  cac: { name: 'Attributed CAC', meaning: 'Spend ÷ new customers attributed to the same channel or campaign.' },
  conversion: {
    name: 'Conversion',
    meaning: 'Sessions that bought ÷ sessions, of visitors who let themselves be measured.',
  },
  orders: {
    name: 'Orders',
    meaning: 'Paid orders, not cancelled, not a test. Attributed orders are shares of orders, so they have decimals.',
  },
  newCustomers: {
    name: 'New customers',
    meaning: 'Buyers whose first order this is, as far as the lake and the shop know.',
  },
  session: {
    name: 'Session',
    meaning: 'Visits of one browser with pauses of at most 30 minutes; a new campaign begins a new one.',
  },
  interval: {
    name: '95 % interval',
    meaning:
      'Where the true value lies, as far as chance in the number of orders goes. Below 10 orders none is ' +
      'shown: they say too little.',
  },
  claimed: {
    name: 'Claimed by the platform',
    meaning:
      'Orders that an advertising platform counts as its own. Several platforms claim the same order: claims ' +
      'are never added up.',
  },
  leakage: {
    name: 'Leakage',
    meaning:
      'Orders with an influencer’s code whose buyers never followed one of the influencer’s links: the code ' +
      'may have come from a voucher site.',
  },
  cohort: {
    name: 'Cohort',
    meaning:
      'New customers of one month, and what they bought in the months after. A month that is not over has ' +
      'fewer orders than it will have.',
  },
  units: { name: 'Units', meaning: 'Pieces sold in paid orders.' },
  grossMargin: {
    name: 'Gross margin',
    meaning:
      'Revenue of the product − its cost − its refunds, of the units whose cost is known; the rate is of ' +
      'their revenue.',
  },
  returns: {
    name: 'Return rate',
    meaning: 'Of the units sold in the period, the share that was given back, whenever that was.',
  },
  viewToBuy: {
    name: 'View to buy',
    meaning: 'Orders with the product ÷ views of its page, of visitors who let themselves be measured.',
  },
  lift: {
    name: 'Lift',
    meaning:
      'How many times more often two products are in one order than they would be by chance. Small counts of ' +
      'pairs make large lifts.',
  },
} satisfies Readonly<Record<string, Term>>;
export type TermName = keyof typeof en;

const fr: Readonly<Record<TermName, Term>> = {
  revenue: {
    name: 'Chiffre d’affaires',
    meaning:
      'CA net : produits et livraison des commandes payées, après remises, hors TVA, avant remboursements. ' +
      'Chaque commande compte une fois.',
  },
  productRevenue: {
    name: 'CA des produits',
    meaning: 'CA net de ce qui fut vendu, sans la livraison : produits des commandes payées, après remises, hors TVA.',
  },
  attributedRevenue: {
    name: 'CA attribué',
    meaning:
      'CA net des commandes, réparti entre les visites qui les précèdent par le modèle d’attribution. Sur ' +
      'tous les canaux, c’est le CA.',
  },
  spend: {
    name: 'Dépenses marketing',
    meaning:
      'Ce que déclarent les plateformes, les cachets des influenceurs (répartis sur leurs contrats), produits ' +
      'et commissions, et les coûts saisis dans le profil de la boutique.',
  },
  mer: {
    name: 'ROAS global',
    meaning: 'Tout le CA net ÷ toutes les dépenses marketing (MER). Il ne dépend d’aucune attribution.',
  },
  roas: { name: 'ROAS attribué', meaning: 'CA net attribué ÷ dépenses du même canal ou de la même campagne.' },
  roi: {
    name: 'ROI',
    meaning:
      '(Marge contributive attribuée − dépenses) ÷ dépenses. Au-dessus de 0, le marketing a rapporté plus ' +
      'qu’il n’a coûté.',
  },
  incrementalRevenue: {
    name: 'CA incrémental',
    meaning: 'CA attribué × la part que le canal a causée : selon ses expériences et ce que l’on croit de tels canaux.',
  },
  incrementalRoi: {
    name: 'ROI incrémental',
    meaning:
      '(Marge incrémentale − dépense) ÷ dépense : ce que la dépense a apporté et qui ne serait pas venu sans elle.',
  },
  margin: {
    name: 'Marge contributive',
    meaning:
      'CA net − coût des produits − logistique − frais de paiement − remboursements. Inconnue si la boutique ' +
      'ne donne pas de coût.',
  },
  coverage: {
    name: 'Coûts connus',
    meaning: 'Part du CA dont le coût est connu. Marge et ROI ne portent que sur elle.',
  },
  blendedCac: {
    name: 'CAC global',
    meaning: 'Toutes les dépenses marketing ÷ tous les nouveaux clients : ce que coûte un nouveau client.',
  },
  cac: { name: 'CAC attribué', meaning: 'Dépenses ÷ nouveaux clients attribués au même canal ou à la même campagne.' },
  conversion: {
    name: 'Conversion',
    meaning: 'Sessions avec achat ÷ sessions, des visiteurs qui acceptent la mesure.',
  },
  orders: {
    name: 'Commandes',
    meaning: 'Commandes payées, ni annulées ni de test. Les commandes attribuées sont des parts, donc avec décimales.',
  },
  newCustomers: {
    name: 'Nouveaux clients',
    meaning: 'Acheteurs dont c’est la première commande, autant que le lac et la boutique le savent.',
  },
  session: {
    name: 'Session',
    meaning:
      'Visites d’un navigateur avec des pauses de 30 minutes au plus ; une nouvelle campagne en ouvre une autre.',
  },
  interval: {
    name: 'Intervalle à 95 %',
    meaning:
      'Où se trouve la vraie valeur, compte tenu du hasard du nombre de commandes. Sous 10 commandes, aucun : ' +
      'elles disent trop peu.',
  },
  claimed: {
    name: 'Revendiqué par la plateforme',
    meaning:
      'Commandes qu’une plateforme compte comme siennes. Plusieurs revendiquent la même : on ne les additionne jamais.',
  },
  leakage: {
    name: 'Fuite',
    meaning:
      'Commandes avec le code d’un influenceur dont l’acheteur n’a suivi aucun de ses liens : le code vient ' +
      'peut-être d’un site de bons.',
  },
  cohort: {
    name: 'Cohorte',
    meaning:
      'Nouveaux clients d’un mois et ce qu’ils ont acheté les mois suivants. Un mois non terminé a moins de ' +
      'commandes qu’il n’en aura.',
  },
  units: { name: 'Unités', meaning: 'Pièces vendues dans des commandes payées.' },
  grossMargin: {
    name: 'Marge brute',
    meaning: 'CA du produit − son coût − ses remboursements, pour les unités de coût connu ; le taux est sur leur CA.',
  },
  returns: {
    name: 'Taux de retour',
    meaning: 'Part des unités vendues sur la période qui ont été rendues, à quelque moment que ce soit.',
  },
  viewToBuy: {
    name: 'Vue à l’achat',
    meaning: 'Commandes avec le produit ÷ vues de sa page, des visiteurs qui acceptent la mesure.',
  },
  lift: {
    name: 'Lift',
    meaning:
      'Combien de fois plus souvent deux produits sont dans une même commande que par hasard. Peu de paires ' +
      'font de grands lifts.',
  },
};

export const glossary: InEach<Readonly<Record<TermName, Term>>> = { en, fr };
