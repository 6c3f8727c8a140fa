import { frenchChannels } from '../../lambdas/shared/shop/channels.ts';
import type { Texts } from './texts.ts';

export const channelName = (texts: Texts, channel: string): string =>
  texts.language === 'fr' ? (frenchChannels[channel] ?? channel) : channel;

/** A product by its title; product_performance has one row of what is sold of none. */
export const productName = (texts: Texts, title: string): string =>
  texts.language === 'fr' && title === '(no product)' ? '(sans produit)' : title;

export const modelName = (texts: Texts, model: string): string => texts.models[model] ?? model;

export const deviceName = (texts: Texts, device: string): string => texts.devices[device] ?? device;

const platforms: Readonly<Record<string, string>> = {
  google_ads: 'Google Ads',
  meta_ads: 'Meta Ads',
  tiktok_ads: 'TikTok Ads',
  instagram: 'Instagram',
  tiktok: 'TikTok',
  youtube: 'YouTube',
};
export const platformName = (platform: string): string => platforms[platform] ?? platform;
