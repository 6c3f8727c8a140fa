/** The promotion codes that the demo shop knows: its own, and those of the influencers' deals that run. */
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';

export interface PromotionCode {
  readonly code: string;
  readonly percentOff: number;
}

/** Everybody's. */
const welcome: PromotionCode = { code: 'BIENVENUE10', percentOff: 10 };

/** What a code takes off that does not tell it at its end, as `LEA15` does. */
const usualPercent = 10;

const Deal = z.looseObject({ code_promo: z.string(), date_fin: z.string() });

/** The code that no deal has, or whose deal is over. */
export class UnknownCode extends Error {
  override readonly name = 'UnknownCode';
  constructor(code: string) {
    super(`Le code ${code} n’existe pas, ou n’est plus valable.`);
  }
}

const french = /^(?<day>\d{2})\/(?<month>\d{2})\/(?<year>\d{4})$/;

/** Whether a deal runs on a day, `YYYY-MM-DD`; one whose end cannot be read does. */
function runsOn(end: string, today: string): boolean {
  const { day, month, year } = french.exec(end)?.groups ?? {};
  return year === undefined || `${year}-${month}-${day}` >= today;
}

/** The codes of the deals of a lake that run at a moment, ms since 1970. */
async function dealCodes(lake: Lake, now: number): Promise<Set<string>> {
  const today = new Date(now).toISOString().slice(0, 10);
  const codes = new Set<string>();
  for await (const key of lake.keys('raw/influencers/deals/')) {
    if (!key.endsWith('.csv')) continue;
    const rows = z
      .array(z.unknown())
      .parse(parse(await lake.get(key), { bom: true, delimiter: ';', columns: true, relax_column_count: true }));
    for (const row of rows) {
      const deal = Deal.safeParse(row);
      if (deal.success && runsOn(deal.data.date_fin, today)) codes.add(deal.data.code_promo.trim().toUpperCase());
    }
  }
  codes.delete('');
  return codes;
}

/** What a code takes off. @throws UnknownCode */
export async function promotionCode(lake: Lake, asked: string, now: number): Promise<PromotionCode> {
  const code = asked.trim().toUpperCase();
  if (code === welcome.code) return welcome;
  if (!(await dealCodes(lake, now)).has(code)) throw new UnknownCode(code);
  const told = Number(/\D(\d{1,2})$/.exec(code)?.[1]);
  return { code, percentOff: told >= 5 && told <= 50 ? told : usualPercent };
}
