/** A customer of Shopify's GraphQL Admin API, as REST has it. */
import * as z from 'zod';
import { gid } from './graphql-things.ts';
import { lower, tags, text } from './graphql-values.ts';

export const customer = z
  .object({
    id: gid,
    email: text,
    defaultEmailAddress: z.object({ emailAddress: text, marketingState: lower }).nullish(),
    phone: text,
    createdAt: z.string(),
    updatedAt: z.string(),
    numberOfOrders: z.union([z.string(), z.number()]).nullish(),
    amountSpent: z.object({ amount: z.string() }).nullish(),
    tags,
    emailMarketingConsent: z.object({ marketingState: lower }).nullish(),
    defaultAddress: z.object({ countryCodeV2: text }).nullish(),
  })
  .transform((one) => ({
    id: one.id,
    email: one.email ?? one.defaultEmailAddress?.emailAddress,
    phone: one.phone,
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    orders_count: one.numberOfOrders,
    total_spent: one.amountSpent?.amount,
    tags: one.tags,
    email_marketing_consent: {
      state: one.emailMarketingConsent?.marketingState ?? one.defaultEmailAddress?.marketingState ?? 'not_subscribed',
    },
    default_address: { country_code: one.defaultAddress?.countryCodeV2 },
  }));
