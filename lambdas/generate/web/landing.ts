/** Where a visit lands: the address with its UTM parameters and click ids, and the referrer. */
import type { Ad } from '../advertising/campaigns.ts';
import { keywordOf } from '../advertising/keywords.ts';
import type { Deal } from '../influencers/casting.ts';
import { allProducts } from '../market/catalogue.ts';
import { Dice, Weighted, draw } from '../market/dice.ts';
import type { Key } from '../market/dice.ts';
import { salt, visitSalt } from '../market/salts.ts';
import type { Exposure } from '../people/arrival.ts';
import type { Visit } from '../people/journey.ts';
import { allCategories, home, journal, categoryPage, productPage } from './pages.ts';
import type { Page } from './pages.ts';
import type { App } from './user-agents.ts';

export interface Landing {
  readonly page: Page;
  /** `?utm_source=…`, or empty. */
  readonly query: string;
  /** Empty where the browser sends none. */
  readonly referrer: string;
  readonly app?: App;
  /** Parameters that came in odd case, or mistyped. */
  readonly dirt?: 'utm_case' | 'utm_typo';
}

const searchEngines = new Weighted([
  ['https://www.google.com/', 84],
  ['https://www.google.fr/', 4],
  ['https://www.bing.com/', 6],
  ['https://www.ecosia.org/', 3],
  ['https://duckduckgo.com/', 1.5],
  ['https://www.qwant.com/', 1.5],
]);
const networks = new Weighted<readonly [string, App | undefined]>([
  [['https://l.instagram.com/', 'instagram'], 45],
  [['https://l.facebook.com/', 'facebook'], 20],
  [['https://www.pinterest.fr/', undefined], 20],
  [['https://www.tiktok.com/', 'tiktok'], 15],
]);
const blogs = new Weighted([
  ['https://www.slow-beaute-blog.example/top-10-cremes-bio', 4],
  ['https://forum.peau-saine.example/t/serum-vitamine-c', 2],
  ['https://www.codes-promo-malins.example/sillage', 3],
  ['https://magazine-green.example/shopping/coffrets', 2],
]);
const assistants = new Weighted<readonly [referrer: string, query: string]>([
  [['https://chatgpt.com/', '?utm_source=chatgpt.com'], 7],
  [['https://www.perplexity.ai/', ''], 2],
  [['https://gemini.google.com/', ''], 1],
]);
const mistypedSources: Readonly<Record<string, string>> = {
  google: 'gogle',
  facebook: 'facebok',
  instagram: 'instagran',
  tiktok: 'tiktock',
  youtube: 'youtub',
  newsletter: 'newsleter',
};

const utmCaseShare = 0.03;
const utmTypoShare = 0.006;
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function token(dice: Dice, length: number): string {
  let text = '';
  while (text.length < length) {
    let word = dice.word();
    for (let n = 0; n < 5; n += 1) {
      text += base64[word & 63] ?? '';
      word >>>= 6;
    }
  }
  return text;
}

function clickId(ad: Ad, visit: Visit, dice: Dice): string {
  const { platform } = ad.campaign;
  if (platform === 'meta') return `fbclid=IwY2xjaw${token(dice, 55)}`;
  if (platform === 'tiktok') return `ttclid=E.C.P.${token(dice, 60)}`;
  // On iPhones without tracking consent Google sends a braid instead.
  const braid = visit.device === 'mobile' && dice.chance(0.12);
  return braid
    ? `${dice.chance(0.5) ? 'gbraid' : 'wbraid'}=0AAAAA${token(dice, 35)}`
    : `gclid=Cj0KCQ${token(dice, 60)}_wcB`;
}

function appOf(source: string): App | undefined {
  return source === 'facebook' || source === 'instagram' || source === 'tiktok' ? source : undefined;
}

/** Google's own tags instead of UTM: with the campaign's number, and without, as before 2024. */
const autoTagged = 0.22;
const taggedByClickAlone = 0.06;
/** Links without `utm_id`: their campaign is known by its name alone. */
const withoutId = 0.3;

/** A campaign's name in a link: escaped by a tool, by another keyboard, by hand. */
function spelled(name: string, unit: number): string {
  if (unit < 0.4) return encodeURIComponent(name);
  if (unit < 0.7) return encodeURIComponent(name.normalize('NFD')).replaceAll('%20', '+');
  return encodeURIComponent(unit < 0.9 ? name.toLowerCase() : name.toUpperCase()).replaceAll(
    '%20',
    unit < 0.85 ? '+' : '%20%20',
  );
}

/**
 * What stands behind the question mark of an ad's link. Its own draws: the visit stays the same whatever its link says.
 */
function adQuery({ campaign, group, ad }: Ad, key: Key, visit: Visit, click: string): string {
  const way = draw(key, visitSalt(salt.link, visit.number));
  if (campaign.platform === 'google' && way < autoTagged)
    return way < taggedByClickAlone ? `?${click}` : `?gad_source=1&gad_campaignid=${campaign.id}&${click}`;
  const content = ad ? `&utm_content=${ad.name}` : '';
  const keyword = group && keywordOf(group.name, key, visit);
  const term = keyword ? `&utm_term=${encodeURIComponent(keyword.text)}` : '';
  const id = way > 1 - withoutId ? '' : `&utm_id=${campaign.id}`;
  const name = spelled(campaign.name, draw(key, visitSalt(salt.way, visit.number)));
  const tags = `utm_source=${campaign.source}&utm_medium=${campaign.medium}&utm_campaign=${name}`;
  return `?${tags}${content}${term}${id}&${click}`;
}

function paidLanding(ad: Ad, key: Key, visit: Visit, dice: Dice, page: Page): Landing {
  const { campaign } = ad;
  const query = adQuery(ad, key, visit, clickId(ad, visit, dice));
  const app = appOf(campaign.source);
  const referrers = {
    google: campaign.source === 'youtube' ? 'https://www.youtube.com/' : 'https://www.google.com/',
    meta: campaign.source === 'instagram' ? 'https://l.instagram.com/' : 'https://l.facebook.com/',
    tiktok: '',
  };
  return {
    page,
    query,
    referrer: campaign.medium === 'display' ? 'https://googleads.g.doubleclick.net/' : referrers[campaign.platform],
    ...(app && { app }),
  };
}

function socialLanding(dice: Dice, page: Page): Landing {
  const [referrer, app] = networks.at(dice.next());
  // Facebook and Instagram tag free links as well; Pinterest does so now and then.
  const query =
    app === 'facebook' || app === 'instagram'
      ? `?fbclid=IwAR${token(dice, 50)}`
      : app === undefined && dice.chance(0.3)
        ? `?epik=dj0y${token(dice, 40)}`
        : '';
  return { page, query, referrer, ...(app && { app }) };
}

/** A deal's tracked link. The shop puts its language before an own page for some, and a slash behind it. */
function influencerLanding({ link, influencer }: Deal, dice: Dice): Landing {
  const app = appOf(influencer.network);
  const path = link.path.startsWith('/i/')
    ? dice.pick([link.path, link.path, link.path, `/fr${link.path}`, `${link.path}/`])
    : link.path;
  return {
    page: { path, title: home.title },
    query: link.query,
    referrer: app === 'instagram' ? 'https://l.instagram.com/' : app === 'tiktok' ? '' : 'https://www.youtube.com/',
    ...(app && { app }),
  };
}

function somePage(dice: Dice): Page {
  const unit = dice.next();
  if (unit < 0.42) return home;
  if (unit < 0.67) return categoryPage(allCategories[dice.int(allCategories.length)] ?? 'cream');
  if (unit < 0.93)
    return productPage(allProducts[Math.floor(dice.next() ** 2 * allProducts.length)] ?? allProducts[0] ?? raise());
  return dice.pick(journal);
}

function raise(): never {
  throw new Error('The catalogue is empty.');
}

function cleanLanding(exposure: Exposure, key: Key, visit: Visit, dice: Dice): Landing {
  const page = somePage(dice);
  if (exposure.ad) return paidLanding(exposure.ad, key, visit, dice, page);
  const { channel, post, letter } = exposure;
  if (channel === 'Influencer' && post) return influencerLanding(post.deal, dice);
  if (channel === 'Email')
    return {
      page,
      query: `?utm_source=newsletter&utm_medium=email&utm_campaign=${letter ?? 'newsletter'}`,
      referrer: '',
    };
  if (channel === 'Organic Search') return { page, query: '', referrer: searchEngines.at(dice.next()) };
  if (channel === 'Organic Social') return socialLanding(dice, page);
  if (channel === 'Referral') return { page, query: '', referrer: blogs.at(dice.next()) };
  if (channel === 'AI Assistant') {
    const [referrer, query] = assistants.at(dice.next());
    return { page, query, referrer };
  }
  return { page, query: '', referrer: '' };
}

/** Somebody typed the link by hand: odd capitals, or a letter missing. */
function soil(landing: Landing, dice: Dice, dirt: number): Landing {
  if (!landing.query.startsWith('?utm_source=')) return landing;
  const unit = dice.next() / dirt;
  if (unit < utmCaseShare) {
    const query = landing.query.replaceAll(
      /(utm_(?:source|medium))=([a-z])([^&]*)/g,
      (_, name: string, first: string, rest: string) =>
        `${name}=${first.toUpperCase()}${unit < utmCaseShare / 2 ? rest.toUpperCase() : rest}`,
    );
    return { ...landing, query, dirt: 'utm_case' };
  }
  if (unit < utmCaseShare + utmTypoShare) {
    const source = landing.query.slice('?utm_source='.length).split('&')[0] ?? '';
    const mistyped = mistypedSources[source];
    if (mistyped !== undefined)
      return { ...landing, query: landing.query.replace(`=${source}&`, `=${mistyped}&`), dirt: 'utm_typo' };
  }
  return landing;
}

const landingDice = new Dice({ high: 0, low: 0 }, 0);

/** The landing of a visit: the same for its web session and for its order's `landing_site`. */
export function landingOf(key: Key, visit: Visit, dirt: number): Landing {
  const dice = landingDice.seed(key, visitSalt(salt.seen, visit.number));
  return soil(cleanLanding(visit.arrival.clicked, key, visit, dice), dice, dirt);
}
