/** The named markets: worlds that differ in what marketing does, so that a method can be tried where it must fail. */

export const marketNames = ['default', 'saturated', 'seasonal', 'no-effect'] as const;

export type MarketName = (typeof marketNames)[number];

export interface MarketKind {
  /** What the shop spends on each campaign, times what it does in the default market. */
  readonly spend: number;
  /** Whether marketing does anything at all. */
  readonly hasEffect: boolean;
  /** How much more people buy, and the shop spends, in high season: exponents of the shop's seasonality. */
  readonly demandSeason: number;
  readonly spendSeason: number;
}

const ordinary: MarketKind = { spend: 1, hasEffect: true, demandSeason: 0, spendSeason: 0 };

export const marketKinds: Readonly<Record<MarketName, MarketKind>> = {
  default: ordinary,
  /** Far up the curves: the next euro returns little anywhere. */
  saturated: { ...ordinary, spend: 3 },
  /** Budgets follow the season, and so do sales: the one looks like the cause of the other. */
  seasonal: { ...ordinary, demandSeason: 0.7, spendSeason: 0.8 },
  /** Everybody would have come and bought without any marketing. */
  'no-effect': { ...ordinary, hasEffect: false },
};
