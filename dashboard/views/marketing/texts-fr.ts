import {
  fewestDays,
  fewestSpendDays,
  leastCovered,
  leastLearnt,
} from '../../../lambdas/attribute/response/known-response.ts';
import type { MarketingTexts } from './texts-en.ts';

export const inFrench: MarketingTexts = {
  title: 'Marketing',
  kpis: 'Chiffres clés',
  before: 'Avant',
  perDay: (metric) => `${metric} par jour`,
  spendUnknown: 'Les dépenses ne sont pas montrées par pays ni par appareil.',
  noOrders: 'Les données n’ont aucune commande : ce que le marketing a rapporté est inconnu.',
  unknownSpend: (channels) =>
    `Le coût de ${channels} est inconnu : aucun de leurs rapports n’a été importé, et les dépenses sont trop ` +
    'basses sans lui.',
  spendFrom: (day) => `Les dépenses d’avant le ${day}, début des rapports publicitaires, sont inconnues.`,
  sessionsUnknown: 'Les sessions ne sont pas connues par pays.',
  noVisits: 'On ne sait rien des visites de ces jours : aucune n’a été mesurée.',
  attributed: (model) => `Attribué par « ${model} » : des parts de commandes.`,
  intervals: 'Petits chiffres : intervalle à 95 %.',
  reached: (isAttributed) => (isAttributed ? 'Le CA attribué atteint ' : 'Le chiffre d’affaires atteint '),
  over: (days) => (days === 1 ? ' en un jour' : ` sur ${days} jours`),
  earned: [', soit ', ' de chiffre d’affaires par euro de marketing'],
  channels: 'Canaux et campagnes',
  noCampaign: 'Sans campagne connue',
  noAd: 'Non détaillé par annonce',
  level: 'Niveau',
  levels: { channel: 'Canal', campaign: 'Campagne', ad: 'Annonce' },
  open: (name) => `Détail de ${name}`,
  unmatched: (amount, share) =>
    `${amount} du chiffre d’affaires attribué aux canaux payants (${share}) n’est d’aucune campagne déclarée ` +
    'par une plateforme. Ajoutez les noms à campaign_names de shop.json.',
  change: 'Δ CA',
  models: 'Modèles d’attribution côte à côte',
  modelsNote:
    'CA attribué de chaque canal selon chaque modèle. S’ils diffèrent beaucoup, le canal participe à de longs ' +
    'parcours.',
  claims: 'Ce que revendiquent les plateformes',
  claimsNote:
    'Toutes revendiquent les mêmes commandes : on ne les additionne jamais. L’attribution suit le modèle ci-dessus.',
  platform: 'Plateforme',
  claimedOrders: 'Revendiquées',
  attributedOrders: 'Attribuées',
  claimedValue: 'Valeur revendiquée',
  overClaim: 'Revendiqué ÷ attribué',
  funnel: 'Parcours d’achat',
  funnelNote: 'Pour cent de l’étape précédente.',
  steps: {
    sessions: 'Sessions',
    item_view_sessions: 'Produit vu',
    cart_sessions: 'Ajout au panier',
    checkout_sessions: 'Paiement commencé',
    purchase_sessions: 'Achat',
  },
  countries: 'Pays',
  devices: 'Appareils',
  devicesNote: 'Appareil de la visite créditée.',
  noDevice: 'Sans visite connue',
  noCountry: 'Rien à envoyer',
  cohorts: 'Clients par mois de première commande',
  cohortsNote:
    'CA net par client, cumulé au fil des mois. * Mois non terminé : il grandit encore. Tous les jours, sans filtre.',
  cohort: 'Première commande',
  customers: 'Clients',
  monthsLater: (months) => (months === 0 ? 'Même mois' : `M+${months}`),
  stillGrowing: 'grandit encore',
  influencers: 'Influenceurs',
  influencersNote: 'Commandes par leurs codes et liens, chacune une fois, quel que soit le modèle d’attribution.',
  influencer: 'Influenceur',
  posts: 'Posts',
  seen: 'Vues',
  cost: 'Coût',
  occasions: {
    newYear: 'Jour de l’an',
    valentine: 'Saint-Valentin',
    easterMonday: 'Lundi de Pâques',
    labourDay: '1er Mai',
    victory: '8 Mai',
    ascension: 'Ascension',
    whitMonday: 'Pentecôte',
    mothersDay: 'Fête des mères',
    bastille: '14 Juillet',
    assumption: 'Assomption',
    allSaints: 'Toussaint',
    armistice: '11 Novembre',
    blackFriday: 'Black Friday',
    christmas: 'Noël',
  },
  incremental: 'Attribué et causé',
  incrementalNote: (models) =>
    `Attribuer n’est pas causer : certains seraient venus de toute façon. Attribué selon « ${models} » ; ` +
    'causé selon les expériences et ce que l’on croit de tels canaux, chacun selon sa précision, avec son ' +
    'intervalle à 95 %. Les canaux sans commande attribuée sont omis.',
  causedOrders: 'Commandes causées',
  attributedRoi: 'ROI attribué',
  knownBy: 'Connu par',
  measured: (experiments) => `Expérience ${experiments} et croyance`,
  believed: 'Croyance, sans expérience',
  budget: 'Budget : et si ?',
  learntFrom: (days, period) =>
    `Appris de tous les ${days} jours (${period}), quelle que soit la période : marge contributive, avec son ` +
    'intervalle à 90 %. Les effets au-delà de quelques semaines n’y sont pas.',
  sliders: 'Les curseurs vont de 50 à 150 % d’aujourd’hui : rien au-delà n’a été vu.',
  interval90: 'Intervalle à 90 %',
  today: 'Dépense par jour',
  aDay: (amount) => `${amount} par jour`,
  spendOf: (channel) => `Dépense de ${channel}, pour cent d’aujourd’hui`,
  brings: 'La dépense rapporte, par jour',
  nextEuro: 'L’euro suivant rapporte',
  advised: 'Conseillé par jour',
  asItIs: 'inchangé',
  nothingAdvised:
    'Aucun conseil : moins de deux canaux se distinguent. Changez la dépense de l’un quelques semaines, ou ' +
    'faites une expérience.',
  planned: (total) =>
    `Répartis selon le conseil, ${total} par jour laissent en quatre semaines, dépenses déduites, de plus ` +
    'qu’aujourd’hui :',
  mayBeChance: 'C’est peut-être le hasard : 0 est dans l’intervalle.',
  best: (total) => `Dans ces limites, le plus est laissé à ${total} par jour :`,
  inAll: 'Tous les canaux',
  moveOne: 'Déplacez un curseur : ce qu’il laisse s’affiche ici.',
  gain: 'De plus qu’aujourd’hui en quatre semaines, dépenses déduites',
  asToday: 'Comme aujourd’hui',
  guessed: (channels) =>
    `De ${channels}, les jours disent trop peu : c’est surtout ce que l’on croit de tels canaux, et non un conseil.`,
  noSpend: 'Aucun canal publicitaire n’a encore de dépense.',
  refusal(refusal, formats, nameOf) {
    const { kind, value } = refusal;
    switch (kind) {
      case 'short_history':
        return value === 0
          ? 'Il n’y a aucun jour dont on connaisse à la fois les commandes et les dépenses publicitaires.'
          : `${value} jours ne suffisent pas : il en faut ${fewestDays} pour distinguer une tendance d’un effet.`;
      case 'few_costs':
        return (
          `Le coût des produits n’est connu que pour ${formats.whole(Math.floor(100 * value))} % du chiffre ` +
          `d’affaires, sur ${formats.whole(100 * leastCovered)} % au moins, pour dire la marge qu’apporte un ` +
          'canal.'
        );
      case 'contradictory':
        return 'Ces jours s’expliquent de façons qui se contredisent : on ne peut rien en conseiller.';
      case 'few_days':
        return `Dépense sur ${value} jours seulement, sur ${fewestSpendDays} au moins.`;
      case 'alike':
        return (
          `Sa dépense a suivi celle de ${nameOf(refusal.channel)} (corrélation ` +
          `${formats.figure('ratio', value)}) : on ne peut dire laquelle a agi.`
        );
      case 'little_learnt':
        return (
          'Sa dépense a trop peu varié, ou trop comme la demande : les jours ont levé ' +
          `${formats.whole(100 * value)} % du doute, sur ${formats.whole(100 * leastLearnt)} % au moins.`
        );
      case 'little_tested':
        return (
          `Son expérience fut trop petite, et sa dépense a trop peu varié : ${formats.whole(100 * value)} % du ` +
          `doute levé, sur ${formats.whole(100 * leastLearnt)} % au moins.`
        );
    }
  },
};
