import * as z from 'zod';
import { attributionModels } from '../attribution-models.ts';
import { isDay } from '../days.ts';
import { LakeUnavailable, ObjectNotFound, type Lake } from '../ports/lake.ts';
import { visible } from '../visible.ts';
import { asChannel } from './channels.ts';
import { experimentsKey, InvalidExperiments, parseExperiments, type Experiment } from './experiments.ts';
import { trafficSource } from './traffic-source.ts';

/** Key of the profile in the lake; on AWS the same object stands in the bucket. */
export const profileKey = 'shop.json';

/** What `readProfile` reads: a role that may not read one of them reads no profile. */
export const profileKeys: readonly string[] = [profileKey, experimentsKey];

const isTimeZone = (zone: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '' && /^[A-Z]/i.test(zone);
  } catch {
    // The list of zones is the runtime's: what it does not know throws.
    return false;
  }
};

const day = z.string().refine(isDay, 'is not a day; write it as 2025-01-31');
/** EUR, to the cent: a third place would be rounded away unseen. */
const euros = z
  .number()
  .min(0)
  .max(1e9)
  .refine((amount) => Number(amount.toFixed(2)) === amount, 'has more than two decimal places');
const shortText = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !/\p{Cc}/u.test(text), 'holds a control character');
/** A host, in lower case, without scheme, port or path; it stands for all its subdomains. */
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^(?=.{1,253}$)([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u,
    'is not a domain; write it as shop.example, without https:// and without a path',
  );
/** The first name of a path: `products` for /products/rose-serum, with or without a language before it. */
const pathName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}._~-]+$/u, 'is not the first name of a path; write it as products, without slashes');

/** Shopify's gateway for trying out a shop, as the API, the admin and the export have spelled it. */
const testGateways = ['bogus', 'bogus gateway', '(for testing) bogus gateway', 'bogus (for testing)'];

/** No provider keeps a quarter: 1.5, and 0.9 too, are meant in per cent. */
const mostKept = 0.25;
const perCent = 'is a share of what is paid: write 1.5 % as 0.015';

const orderCosts = z.strictObject({
  from: day,
  fulfilment_eur: euros,
  payment_rate: z
    .number()
    .min(0)
    .max(mostKept, perCent)
    .refine((rate) => Number(rate.toFixed(5)) === rate, 'has more than five decimal places'),
  payment_fixed_eur: euros,
});

const marketingCost = z
  .strictObject({
    name: shortText,
    channel: shortText.overwrite(asChannel),
    from: day,
    to: day.optional(),
    amount_eur: euros,
    per: z.enum(['day', 'month', 'once']),
  })
  .refine(({ from, to }) => to === undefined || from <= to, { message: 'is after to', path: ['from'] });

const campaignName = z.strictObject({
  utm_campaign: shortText,
  utm_source: shortText.optional(),
  platform: shortText,
  campaign_id: shortText,
});

/** What happened on a day, or on some days: a launch, a press article, a stock that ran out. */
const annotation = z
  .strictObject({ day, to: day.optional(), text: shortText.max(60) })
  .refine(({ day: first, to }) => to === undefined || first <= to, { message: 'is after to', path: ['day'] });

const unlike =
  <T>(key: (one: T) => string) =>
  (list: readonly T[]) =>
    new Set(list.map(key)).size === list.length;

/**
 * The shop's profile, `shop.json`: what the lake cannot know from its exports. Every part has a sound default, so that
 * a lake without a profile is read as a French shop. Amounts in EUR; docs/shop.md explains each.
 */
export const profileSchema = z.strictObject({
  name: shortText.default('The shop'),
  /** ISO 4217: the currency of prices and costs, which the exports of products do not name. */
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, 'is not a currency; write its ISO 4217 code, as EUR')
    .default('EUR'),
  /** IANA: its midnight ends the shop's day. */
  time_zone: z
    .string()
    .refine(isTimeZone, 'is not a time zone; write its IANA name, as Europe/Paris')
    .default('Europe/Paris'),
  /** The shop's own hosts: a visit does not come from them. */
  domains: z.array(domain).max(200).default([]),
  /**
   * Hosts that a visit never comes from, besides those that every shop meets
   * (lambdas/transform/unwanted-referrals.csv).
   */
  unwanted_referrals: z.array(domain).max(1000).default([]),
  /** Where the shop's own pages stand: a link to one of these is no deal's by its path alone. */
  own_paths: z
    .array(pathName)
    .max(200)
    .default([
      'products',
      'collections',
      'pages',
      'blogs',
      'search',
      'cart',
      'account',
      'checkout',
      'checkouts',
      'orders',
      'shop',
      'category',
      'categories',
      'brands',
      'blog',
      'news',
      'about',
      'contact',
      'produits',
      'produit',
      'collection',
      'categorie',
      'boutique',
      'marques',
      'recherche',
      'panier',
      'compte',
      'mon-compte',
      'commande',
      'nouveautes',
      'promotions',
      'soldes',
      'a-propos',
      'conseils',
      'actualites',
    ]),
  /** What an order costs besides its goods, each from a day on. */
  costs: z
    .array(orderCosts)
    .min(1, 'has no entry; write one with 0 where an order costs nothing')
    .max(1000)
    .refine(
      unlike<{ from: string }>((one) => one.from),
      'has two entries from the same day',
    )
    .default([{ from: '1970-01-01', fulfilment_eur: 5.5, payment_rate: 0.015, payment_fixed_eur: 0.25 }]),
  /** Marketing that no platform reports: an e-mail tool, an agency, salaries. */
  marketing_costs: z
    .array(marketingCost)
    .max(1000)
    .refine(
      unlike<z.infer<typeof marketingCost>>((one) => `${one.from} ${one.name}`),
      'has two entries of one name from the same day',
    )
    .default([]),
  /** EUR for 1000 views of an influencer's post. */
  earned_media_cpm_eur: euros.default(8),
  /** What reports show unless they are asked for another. */
  lookback_days: z.union([z.literal(7), z.literal(30), z.literal(90)], { error: 'must be 7, 30 or 90' }).default(30),
  attribution_model: z.enum(attributionModels).default('last_non_direct'),
  /**
   * Orders with one of these tags, or paid by one of these gateways, are tests, as those are that Shopify itself marks.
   */
  test_orders: z
    .strictObject({
      tags: z.array(shortText.toLowerCase()).max(100).default([]),
      gateways: z
        .array(shortText.toLowerCase())
        .max(100)
        .default([...testGateways]),
    })
    .prefault({}),
  /** What the dashboard writes beside its figures, besides the days that it knows itself, such as Black Friday. */
  annotations: z
    .array(annotation)
    .max(1000)
    .refine(
      unlike<z.infer<typeof annotation>>((one) => `${one.day} ${one.text}`),
      'has two entries of one text on the same day',
    )
    .default([]),
  /** Which campaign a name in links means, where it is not the platform's own. */
  campaign_names: z
    .array(campaignName)
    .max(10_000)
    .refine(
      unlike<z.infer<typeof campaignName>>(
        (one) =>
          `${one.utm_campaign.toLowerCase()}|${one.utm_source === undefined ? '' : trafficSource(one.utm_source)}`,
      ),
      'has two entries for one name',
    )
    .default([]),
});

/**
 * What the shop says of itself: its profile, and its log of experiments, which is a document of its own since the lake
 * writes to it too.
 */
export interface ShopProfile extends z.infer<typeof profileSchema> {
  readonly experiments: readonly Experiment[];
}

/** The parts of `shop.json`. */
export const shopParts = profileSchema.keyof();
/** The parts that a table may be made from. */
export const declaredParts = z.enum([...shopParts.options, 'experiments']);
export type ShopPart = z.infer<typeof declaredParts>;

/** The profile that holds where there is no shop.json. */
export const defaultProfile: ShopProfile = { ...profileSchema.parse({}), experiments: [] };

/** The text is no profile; the message names each part that is wrong. */
export class InvalidProfile extends Error {
  override readonly name = 'InvalidProfile';
}

/** Reads a profile. @throws InvalidProfile that lists all that is wrong */
export function parseProfile(text: string): ShopProfile {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new InvalidProfile(`it is no JSON (${visible(error instanceof Error ? error.message : String(error))})`, {
      cause: error,
    });
  }
  const parsed = profileSchema.safeParse(json);
  if (parsed.success) return { ...parsed.data, experiments: [] };
  throw new InvalidProfile(
    parsed.error.issues
      .map(({ path, message }) => visible(path.length === 0 ? message : `${path.join('.')}: ${message}`))
      .join('; '),
  );
}

/** What stands in shop.json of a profile: the experiments have a document of their own. */
export function ownParts(profile: ShopProfile): Omit<ShopProfile, 'experiments'> {
  const { experiments: _, ...parts } = profile;
  return parts;
}

/** The text of one of the lake's documents; undefined where the lake has none. */
async function textOf(lake: Lake, key: string): Promise<string | undefined> {
  try {
    return (await lake.get(key)).toString('utf8');
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}

/** The log of experiments of a lake. @throws LakeUnavailable where experiments.json is no such log */
export async function readExperiments(lake: Lake): Promise<readonly Experiment[]> {
  const text = await textOf(lake, experimentsKey);
  try {
    return text === undefined ? [] : parseExperiments(text);
  } catch (error) {
    if (!(error instanceof InvalidExperiments)) throw error;
    throw new LakeUnavailable(
      `The log of experiments, ${experimentsKey} in ${lake.location}, cannot be used: ${error.message}. ` +
        'Nothing was done. Mend it, and check it with "sillage experiment list"; docs/experiments.md explains ' +
        'each part.',
      { cause: error },
    );
  }
}

/**
 * The profile of a lake with its experiments, and whether the lake has a shop.json.
 * @throws LakeUnavailable where one of the two cannot be read
 */
export async function readProfile(lake: Lake): Promise<{ readonly profile: ShopProfile; readonly isThere: boolean }> {
  const experiments = await readExperiments(lake);
  const text = await textOf(lake, profileKey);
  if (text === undefined) return { profile: { ...defaultProfile, experiments }, isThere: false };
  try {
    return { profile: { ...parseProfile(text), experiments }, isThere: true };
  } catch (error) {
    if (!(error instanceof InvalidProfile)) throw error;
    throw new LakeUnavailable(
      `The shop's profile, ${profileKey} in ${lake.location}, cannot be used: ${error.message}. Nothing was ` +
        'done. Mend it, and check it with "sillage shop"; docs/shop.md explains each part.',
      { cause: error },
    );
  }
}
