import { distinct, type Mart, type Marts } from '../data/mart.ts';
import { groupsOf } from '../figures/sums.ts';
import { channelName, deviceName, modelName } from '../language/names.ts';
import type { FilterName } from './state.ts';
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
