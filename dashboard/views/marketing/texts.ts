import type { InEach } from '../../language/language.ts';

const en = {
  title: 'Marketing',
  kpis: 'Key figures',
  before: 'Before',
  perDay: (metric: string) => `${metric} per day`,
  spendUnknown: 'Spend is not reported by country or device.',
  sessionsUnknown: 'Sessions are known by channel and device alone.',
  attributed: (model: string) => `Attributed by ${model}: shares of orders.`,
};
const fr: typeof en = {
  title: 'Marketing',
  kpis: 'Chiffres clés',
  before: 'Avant',
  perDay: (metric) => `${metric} par jour`,
  spendUnknown: 'Les dépenses ne sont pas déclarées par pays ni par appareil.',
  sessionsUnknown: 'Les sessions ne sont connues que par canal et appareil.',
  attributed: (model) => `Attribué par ${model} : parts de commandes.`,
};
export type MarketingTexts = typeof en;
export const marketingTexts: InEach<MarketingTexts> = { en, fr };
