import type { Shape } from '../shape.ts';
import { googleAdsTable, metaAdsTable, tiktokAdsTable } from './connector-tables.ts';
import { costSheet } from './cost-sheet.ts';
import { ecbRates } from './ecb-rates.ts';
import { googleAds } from './google-ads.ts';
import { influencerPosts } from './influencer-posts.ts';
import { influencerDeals, influencerRoster } from './influencers.ts';
import { brevo, klaviyo } from './email-campaigns.ts';
import { metaAds } from './meta-ads.ts';
import { criteo, linkedinAds, microsoftAds, pinterestAds } from './other-ads.ts';
import { shopifyCustomers } from './shopify-customers.ts';
import { shopifyOrders } from './shopify-orders.ts';
import { shopifyProducts } from './shopify-products.ts';
import { prestashopProducts, wooProducts } from './shop-products.ts';
import { prestashopOrders } from './prestashop.ts';
import { tiktokAds } from './tiktok-ads.ts';
import { wooOrdersCsv } from './woo.ts';

/** Every kind of table that is known by its headings. */
export const shapes: readonly Shape[] = [
  shopifyOrders,
  shopifyCustomers,
  shopifyProducts,
  wooOrdersCsv,
  prestashopOrders,
  wooProducts,
  prestashopProducts,
  metaAds,
  googleAds,
  tiktokAds,
  pinterestAds,
  microsoftAds,
  linkedinAds,
  criteo,
  googleAdsTable,
  metaAdsTable,
  tiktokAdsTable,
  klaviyo,
  brevo,
  influencerDeals,
  influencerRoster,
  influencerPosts,
  costSheet,
  ecbRates,
];
