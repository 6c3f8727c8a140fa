import { distinct, type Mart, type Marts } from '../data/mart.ts';
import { groupsOf } from '../figures/sums.ts';
import { channelName, deviceName, modelName } from '../language/names.ts';
import { filterNames, type FilterName, type Filters } from './state.ts';
import type { Page } from './view.ts';

export interface Option<T extends string = string> {
  readonly value: T;
  readonly label: string;
}

/** A campaign as the address has it: its platform and the platform's id, which alone say which one is meant. */
export const campaignKey = (platform: string, id: string): string => `${platform}/${id}`;

/** The columns that a campaign of the address is looked up by. */
export function campaignTexts(key: string | undefined): { readonly platform?: string; readonly campaign_id?: string } {
  if (key === undefined) return {};
  const cut = key.indexOf('/');
  return { platform: key.slice(0, cut), campaign_id: key.slice(cut + 1) };
}

/**
 * The campaigns that a platform reported or an influencer's deal is, of a channel or of all, with their names. Deals of one
 * campaign, and campaigns of two accounts, have one name: their ids tell them apart.
 */
export function campaigns(mart: Mart | undefined, channel: string | undefined): Option[] {
  if (mart === undefined) return [];
  const groups = groupsOf(mart, [], ['platform', 'campaign_id', 'campaign'], { texts: { channel } });
  const named = new Map<string, string>();
  for (const {
    keys: [platform, id, name],
  } of groups)
    if (platform && id) named.set(campaignKey(platform, id), name ?? id);
  const times = new Map<string, number>();
  for (const name of named.values()) times.set(name, (times.get(name) ?? 0) + 1);
  return [...named].map(([value, name]) => ({
    value,
    label: (times.get(name) ?? 0) > 1 ? `${name} (${value.slice(value.indexOf('/') + 1)})` : name,
  }));
}

/** The names of the filters that are set among those that a figure does not follow. */
export const setAmong = (
  names: readonly FilterName[],
  filters: Filters,
  labels: Readonly<Record<FilterName, string>>,
): string[] => names.filter((name) => filters[name] !== undefined).map((name) => labels[name]);

/**
 * The filters of which no row of any mart is, as an old link or a wrong one has them: their figures would be 0 without a
 * word. A campaign is looked for in the channel that is chosen. None before the marts are there.
 */
export function nothingOf(marts: Marts, filters: Filters): FilterName[] {
  const all = Object.values(marts);
  const { channel, campaign } = filters;
  const isThere = (texts: Readonly<Record<string, string | undefined>>) =>
    all.some(
      (mart) =>
        Object.keys(texts).every((name) => mart.columns[name] !== undefined) &&
        groupsOf(mart, [], [], { texts }).length > 0,
    );
  return filterNames.filter((name) => {
    const value = filters[name];
    if (all.length === 0 || value === undefined) return false;
    return !isThere(name === 'campaign' ? { channel, ...campaignTexts(campaign) } : { [name]: value });
  });
}

/** What each list of the controls offers, out of what the marts of the view have, in the order of the names. */
export function filterOptions(
  marts: Marts,
  { texts, formats, state }: Page,
): Readonly<Record<FilterName | 'model', Option[]>> {
  const of = (column: string, label: (value: string) => string): Option[] => {
    const found = Object.values(marts).flatMap((mart) => (mart.columns[column] ? distinct(mart, column) : []));
    const options = [...new Set(found)].map((value) => ({ value, label: label(value) }));
    return options.sort((a, b) => formats.compare(a.label, b.label));
  };
  return {
    channel: of('channel', (channel) => channelName(texts, channel)),
    campaign: campaigns(marts['roi_by_campaign_daily'], state.filters.channel).sort((a, b) =>
      formats.compare(a.label, b.label),
    ),
    country: of('country', formats.country),
    device: of('device', (device) => deviceName(texts, device)),
    model: of('attribution_model', (model) => modelName(texts, model)),
  };
}
