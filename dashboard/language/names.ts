import type { Texts } from './texts.ts';

/** Channels as the lake names them (Google Analytics' own groups), in French. */
const french: Readonly<Record<string, string>> = {
  Direct: 'Accès direct',
  'Cross-network': 'Multiréseau',
  'Paid Shopping': 'Shopping payant',
  'Paid Search': 'Recherche payante',
  'Paid Social': 'Réseaux sociaux payants',
  'Paid Video': 'Vidéo payante',
  'Paid Other': 'Autre payant',
  Display: 'Bannières',
  'Organic Shopping': 'Shopping gratuit',
  'Organic Social': 'Réseaux sociaux',
  'Organic Video': 'Vidéo',
  'Organic Search': 'Recherche naturelle',
  'AI Assistant': 'Assistant IA',
  Referral: 'Sites référents',
  Email: 'E-mail',
  Affiliates: 'Affiliation',
  Audio: 'Audio',
  SMS: 'SMS',
  'Mobile Push': 'Notifications',
  Unassigned: 'Non attribué',
  Influencer: 'Influenceurs',
};

export const channelName = (texts: Texts, channel: string): string =>
  texts.language === 'fr' ? (french[channel] ?? channel) : channel;

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
