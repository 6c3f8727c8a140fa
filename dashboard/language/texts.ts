import type { InEach } from './language.ts';
import type { ProblemKind } from '../data/problem.ts';
import type { Comparison, FilterName } from '../app/state.ts';

/** What the frame around every view says. A view has its own texts beside it. */
export interface Texts {
  readonly language: 'en' | 'fr';
  readonly otherLanguage: string;
  readonly toContent: string;
  readonly views: string;
  readonly dataTo: (day: string) => string;
  readonly noData: string;
  readonly loading: string;
  readonly period: string;
  readonly lastDays: (days: number) => string;
  readonly from: string;
  readonly to: string;
  readonly compare: string;
  readonly comparisons: Readonly<Record<Comparison, string>>;
  readonly comparedTo: Readonly<Record<Exclude<Comparison, 'none'>, string>>;
  readonly notKnownBefore: string;
  readonly unfinished: string;
  readonly notThere: (asked: string) => string;
  /** Filters of whose values no figure of the months around the period is. */
  readonly nothingOf: (asked: readonly string[]) => string;
  /** The filters that are set and that a figure does not follow. */
  readonly notFollowed: (filters: readonly string[]) => string;
  readonly filters: Readonly<Record<FilterName, string>>;
  readonly filtersTitle: string;
  readonly all: string;
  readonly clear: string;
  readonly model: string;
  readonly lookback: string;
  readonly lookbackDays: (days: number) => string;
  /** Where the lake publishes one alone. */
  readonly oneLookback: (days: number) => string;
  readonly models: Readonly<Record<string, string>>;
  readonly devices: Readonly<Record<string, string>>;
  readonly theme: Readonly<Record<'light' | 'dark', string>>;
  readonly definitions: string;
  readonly close: string;
  readonly signOut: string;
  readonly exportAs: string;
  readonly day: string;
  readonly annotations: string;
  readonly up: string;
  readonly down: string;
  readonly tooFew: string;
  /** Of a share of the orders nothing tells what brought them. */
  readonly uncredited: (share: string) => string;
  /** A channel is credited with orders of days before the first on which it cost anything. */
  readonly lateSpend: (channel: string, day: string) => string;
  /** The reports of a platform end before the days of the report. */
  readonly endedSpend: (platform: string, day: string) => string;
  readonly interval95: string;
  readonly quality: {
    readonly title: string;
    readonly good: (made: number) => string;
    readonly warnings: (broken: number, made: number) => string;
    readonly missingCosts: (failures: number, checked: number) => string;
    /** Lines of orders are of products that the catalogue lacks. */
    readonly lostProducts: (failures: string, checked: string) => string;
    /** Rows of a table name what the data lacks. */
    readonly lost: (table: string, failures: string, checked: string) => string;
    readonly broken: (name: string, failures: string, checked: string) => string;
    readonly ended: (table: string, day: string) => string;
  };
  readonly problems: Readonly<Record<ProblemKind, (file: string) => { readonly title: string; readonly what: string }>>;
  readonly again: string;
  readonly empty: string;
  readonly notOffered: string;
  readonly failed: string;
}

const en: Texts = {
  language: 'en',
  otherLanguage: 'Français',
  toContent: 'Skip to the figures',
  views: 'Views',
  dataTo: (day) => `Data to ${day}`,
  noData: 'No data yet',
  loading: 'Loading the figures…',
  period: 'Period',
  lastDays: (days) => `${days} days`,
  from: 'From',
  to: 'To',
  compare: 'Compare with',
  comparisons: {
    previous: 'Previous period',
    weekday: 'Previous, same weekdays',
    year: 'Last year',
    none: 'Nothing',
  },
  comparedTo: {
    previous: 'on the period before',
    weekday: 'on the same weekdays before',
    year: 'on last year',
  },
  notKnownBefore: 'The days to compare with are not all in the data.',
  unfinished: 'The last day is not over, or was exported before its end: it is not compared.',
  notThere: (asked) => `Not in the data: ${asked}.`,
  nothingOf: (asked) =>
    `Nothing in the data of these months is of ${asked.join(', ')}: that is why figures are 0. Choose from the lists.`,
  notFollowed: (filters) => `Does not follow: ${filters.join(', ')}.`,
  filters: { channel: 'Channel', campaign: 'Campaign', country: 'Country', device: 'Device' },
  filtersTitle: 'Filters',
  all: 'All',
  clear: 'Clear filters',
  model: 'Attribution',
  lookback: 'Look-back',
  lookbackDays: (days) => `${days} days`,
  oneLookback: (days) =>
    `Visits of the ${days} days before an order. The shop changes it: sillage shop --set lookback_days=7`,
  models: {
    first: 'First touch',
    last: 'Last touch',
    last_non_direct: 'Last non-direct',
    linear: 'Linear',
    position_based: 'Position-based',
    time_decay: 'Time decay',
    markov: 'Markov (learnt)',
    shapley: 'Shapley (learnt)',
  },
  devices: { mobile: 'Mobile', tablet: 'Tablet', desktop: 'Desktop', other: 'Other' },
  theme: { light: 'Light theme', dark: 'Dark theme' },
  definitions: 'Definitions',
  close: 'Close',
  signOut: 'Sign out',
  exportAs: 'Export',
  day: 'Day',
  annotations: 'What happened',
  up: 'up',
  down: 'down',
  tooFew: 'too few orders',
  uncredited: (share) =>
    `Nothing tells what brought ${share} of the orders (Unassigned): no visit, landing page or code of theirs ` +
    'is known. ROAS and ROI of the other channels are too low by what they brought.',
  lateSpend: (channel, day) =>
    `${channel} is credited with orders of days before ${day}, the first day on which spend of it is known: ` +
    'its ROAS and ROI are too high.',
  endedSpend: (platform, day) =>
    `The reports of ${platform} end on ${day}: what it cost after that day is not known, and missing here. ` +
    'Spend may be too low, and what it brought back too high.',
  interval95: '95 % interval',
  quality: {
    title: 'Data quality',
    good: (made) => `All ${made} checks passed`,
    warnings: (broken, made) => `${broken} of ${made} checks need a look`,
    missingCosts: (failures, checked) =>
      `${failures} of ${checked} sold variants have no cost. The margin of their orders is unknown and left ` +
      'out of every ROI. Enter what they cost in the shop (“Cost per item” in Shopify) and export the ' +
      'products.',
    lostProducts: (failures, checked) =>
      `${failures} of ${checked} lines of orders are of products that the catalogue does not have: their ` +
      'revenue counts, without a category. Nothing is broken; export the products again if some are missing.',
    lost: (table, failures, checked) =>
      `${failures} of ${checked} rows of ${table} name something that the data does not have: it was deleted, ` +
      'or is older than the export. They count, but are joined with nothing.',
    broken: (name, failures, checked) => `${name} fails for ${failures} of ${checked} rows.`,
    ended: (table, day) => `${table} ends on ${day}, before the other sources. Figures after that day lack it.`,
  },
  problems: {
    missing: (file) => ({
      title: 'A file of figures is missing',
      what: `The server has no ${file}. Run “sillage run”, which publishes it again, and reload this page.`,
    }),
    damaged: (file) => ({
      title: 'A file of figures is damaged',
      what:
        `${file} is not what was published: it is cut short or changed, and nothing of it is shown. Run ` +
        '“sillage run” and reload this page.',
    }),
    version: (file) => ({
      title: 'The figures are of another release',
      what:
        `This page does not know the form of ${file}. Run “sillage run” with the release of this page, or ` +
        'reload to get the newer page.',
    }),
    none: () => ({
      title: 'Nothing is published yet',
      what:
        'Run “sillage run”: it builds the lake and publishes its figures when every check holds. Then reload ' +
        'this page.',
    }),
    unseen: () => ({
      title: 'There is no order and no visit yet',
      what:
        'What was imported tells of no day of the shop. Import its orders (Shopify: Orders, Export, all orders) ' +
        'with “sillage import”, and reload this page.',
    }),
    offline: () => ({
      title: 'The server does not answer',
      what: 'Start it again with “npm start” or “sillage dashboard”, or look at your connection. Then try again.',
    }),
    refused: () => ({
      title: 'You are not signed in',
      what: 'Reload this page to sign in again.',
    }),
  },
  again: 'Try again',
  empty: 'Nothing for this choice. Take more days or fewer filters.',
  notOffered: 'This view does not exist here. Choose another one above.',
  failed: 'This view met an error. The others go on.',
};

const fr: Texts = {
  language: 'fr',
  otherLanguage: 'English',
  toContent: 'Aller aux chiffres',
  views: 'Vues',
  dataTo: (day) => `Données au ${day}`,
  noData: 'Pas encore de données',
  loading: 'Chargement des chiffres…',
  period: 'Période',
  lastDays: (days) => `${days} jours`,
  from: 'Du',
  to: 'Au',
  compare: 'Comparer à',
  comparisons: {
    previous: 'Période précédente',
    weekday: 'Précédente, mêmes jours',
    year: 'Année précédente',
    none: 'Rien',
  },
  comparedTo: {
    previous: 'par rapport à la période précédente',
    weekday: 'par rapport aux mêmes jours avant',
    year: 'par rapport à l’année précédente',
  },
  notKnownBefore: 'Les jours de comparaison ne sont pas tous dans les données.',
  unfinished: 'Le dernier jour n’est pas fini, ou fut exporté avant sa fin : rien n’est comparé.',
  notThere: (asked) => `Absent des données : ${asked}.`,
  nothingOf: (asked) =>
    `Rien, dans les données de ces mois, ne porte sur ${asked.join(', ')} : c’est pourquoi des chiffres sont à 0. ` +
    'Choisissez dans les listes.',
  notFollowed: (filters) => `Ne suit pas : ${filters.join(', ')}.`,
  filters: { channel: 'Canal', campaign: 'Campagne', country: 'Pays', device: 'Appareil' },
  filtersTitle: 'Filtres',
  all: 'Tous',
  clear: 'Effacer les filtres',
  model: 'Attribution',
  lookback: 'Fenêtre',
  lookbackDays: (days) => `${days} jours`,
  oneLookback: (days) =>
    `Visites des ${days} jours avant une commande. La boutique le change : sillage shop --set lookback_days=7`,
  models: {
    first: 'Premier contact',
    last: 'Dernier contact',
    last_non_direct: 'Dernier non direct',
    linear: 'Linéaire',
    position_based: 'En U',
    time_decay: 'Dépréciation',
    markov: 'Markov (appris)',
    shapley: 'Shapley (appris)',
  },
  devices: { mobile: 'Mobile', tablet: 'Tablette', desktop: 'Ordinateur', other: 'Autre' },
  theme: { light: 'Thème clair', dark: 'Thème sombre' },
  definitions: 'Définitions',
  close: 'Fermer',
  signOut: 'Se déconnecter',
  exportAs: 'Exporter',
  day: 'Jour',
  annotations: 'Ce qui s’est passé',
  up: 'en hausse',
  down: 'en baisse',
  tooFew: 'trop peu de commandes',
  uncredited: (share) =>
    `Rien ne dit ce qui a amené ${share} des commandes (Non attribué) : on n’en connaît ni visite, ni page ` +
    'd’arrivée, ni code. ROAS et ROI des autres canaux sont trop bas de ce qu’elles ont rapporté.',
  lateSpend: (channel, day) =>
    `${channel} est crédité de commandes d’avant le ${day}, premier jour dont les dépenses sont connues : son ` +
    'ROAS et son ROI sont trop hauts.',
  endedSpend: (platform, day) =>
    `Les rapports de ${platform} s’arrêtent le ${day} : ce qu’il a coûté ensuite est inconnu, et manque ici. ` +
    'Les dépenses sont peut-être trop basses, et ce qu’elles rapportent trop haut.',
  interval95: 'intervalle à 95 %',
  quality: {
    title: 'Qualité des données',
    good: (made) => `Les ${made} contrôles sont réussis`,
    warnings: (broken, made) => `${broken} contrôles sur ${made} à regarder`,
    missingCosts: (failures, checked) =>
      `${failures} variantes vendues sur ${checked} n’ont pas de coût. La marge de leurs commandes est ` +
      'inconnue et absente de tout ROI. Saisissez leur coût dans la boutique (« Coût par article » dans ' +
      'Shopify) et exportez les produits.',
    lostProducts: (failures, checked) =>
      `${failures} lignes de commandes sur ${checked} portent sur des produits absents du catalogue : leur ` +
      'chiffre d’affaires compte, sans catégorie. Rien n’est cassé ; exportez de nouveau les produits s’il en ' +
      'manque.',
    lost: (table, failures, checked) =>
      `${failures} lignes de ${table} sur ${checked} nomment ce que les données n’ont pas : supprimé, ou plus ` +
      'ancien que l’export. Elles comptent, mais ne sont reliées à rien.',
    broken: (name, failures, checked) => `${name} échoue pour ${failures} lignes sur ${checked}.`,
    ended: (table, day) =>
      `${table} s’arrête le ${day}, avant les autres sources. Elle manque dans les chiffres d’après.`,
  },
  problems: {
    missing: (file) => ({
      title: 'Un fichier de chiffres manque',
      what: `Le serveur n’a pas ${file}. Lancez « sillage run », qui le publie de nouveau, puis rechargez la page.`,
    }),
    damaged: (file) => ({
      title: 'Un fichier de chiffres est abîmé',
      what:
        `${file} n’est pas ce qui a été publié : il est coupé ou modifié, et rien n’en est montré. Lancez « ` +
        'sillage run », puis rechargez la page.',
    }),
    version: (file) => ({
      title: 'Les chiffres sont d’une autre version',
      what:
        `Cette page ne connaît pas la forme de ${file}. Lancez « sillage run » avec la version de cette page, ` +
        'ou rechargez-la pour avoir la nouvelle.',
    }),
    none: () => ({
      title: 'Rien n’est encore publié',
      what:
        'Lancez « sillage run » : il construit le lac et publie ses chiffres si tous les contrôles tiennent. ' +
        'Puis rechargez la page.',
    }),
    unseen: () => ({
      title: 'Encore aucune commande ni visite',
      what:
        'Ce qui a été importé ne parle d’aucun jour de la boutique. Importez ses commandes (Shopify : ' +
        'Commandes, Exporter, toutes) avec « sillage import », puis rechargez cette page.',
    }),
    offline: () => ({
      title: 'Le serveur ne répond pas',
      what: 'Relancez-le avec « npm start » ou « sillage dashboard », ou vérifiez votre connexion. Puis réessayez.',
    }),
    refused: () => ({
      title: 'Vous n’êtes pas connecté',
      what: 'Votre session est terminée. Rechargez la page pour vous connecter de nouveau.',
    }),
  },
  again: 'Réessayer',
  empty: 'Il n’y a rien pour ce choix. Prenez plus de jours ou moins de filtres.',
  notOffered: 'Cette vue n’existe pas ici. Choisissez-en une autre ci-dessus.',
  failed: 'Cette vue a rencontré une erreur. Les autres fonctionnent.',
};

export const texts: InEach<Texts> = { en, fr };
