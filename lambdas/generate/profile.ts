/** The profile of the simulated shop: what no export tells. */
import { PreconditionFailed, type Lake } from '../shared/ports/lake.ts';
import { profileKey, profileSchema } from '../shared/shop/profile.ts';
import { fulfilment, paymentFixed, paymentRate } from './people/order.ts';
import { shop } from './web/pages.ts';

/** Writes the profile where the lake has none: a person may have changed it. */
export async function writeProfile(lake: Lake): Promise<void> {
  const profile = profileSchema.parse({
    name: 'Sillage Cosmetics',
    domains: [new URL(shop).hostname.replace(/^www\./, '')],
    costs: [
      {
        from: '1970-01-01',
        fulfilment_eur: fulfilment / 100,
        payment_rate: paymentRate,
        payment_fixed_eur: paymentFixed / 100,
      },
    ],
  });
  try {
    await lake.put(profileKey, `${JSON.stringify(profile, null, 2)}\n`, {
      contentType: 'application/json',
      ifAbsent: true,
    });
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
  }
}
