import type { Amounts } from '../amounts.ts';
import { currencyBeside, currencyNamed } from '../currencies.ts';
import type { Table } from '../table.ts';
import type { Commissions } from './commissions.ts';
import type { Filled } from './influencer-rows.ts';
import { promoCodeOf } from './promo-codes.ts';
import { Unfit } from './unfit.ts';

/** How the cells of a sheet are read. */
export interface Reading {
  readonly prices: Amounts;
  readonly shareOf: Commissions['shareOf'];
  readonly isDay: (text: string) => boolean;
  /** Whether an amount is in its row's currency, as far as it says so. */
  readonly isIn: (row: Filled, text: string) => boolean;
}

/** Several codes in one cell, as the transform knows them (influencer_deals.sql). */
const several = /[,;/|&+\n]|\s(?:ou|et|or|and)\s/i;
/** What a commission is a share of, as the transform knows it (`commission_base` in people.sql). */
const base = /^\s*(?:$|gross|brut|ordered|command[ée]|avant|net|hors|apr[eè]s|without|excl|after|kept|encaiss)/i;

/**
 * Tells which deals the transform will refuse, each by the first thing that is wrong with it. (`import-refused.long.ts`
 * holds it against the transform.)
 */
export function unfitDeals(table: Table, rows: readonly Filled[], reading: Reading): Unfit {
  const unfit = new Unfit();
  for (const one of rows) {
    const { row, cell } = one;
    const isRight = (field: string, isFit: (text: string) => boolean, advice: string): boolean => {
      if (isFit(cell(field))) return true;
      unfit.add(row, `“${table.headingOf(field)}” is “${cell(field)}”`, advice);
      return false;
    };
    const isShare = (text: string) => {
      const rate = text === '' ? 0n : reading.shareOf(text);
      return rate !== undefined && rate >= 0n && rate <= 1_000_000n;
    };
    // The first that is not so ends the look at the row.
    void (
      (['fee', 'product_cost'] as const).every((field) =>
        unfit.isFit(row, table.headingOf(field), cell(field), reading.prices, 'money'),
      ) &&
      isRight(
        'currency',
        (text) => text === '' || /^[A-Z]{3}$/.test(currencyNamed(text)),
        'write the three letters of a currency, as EUR or USD',
      ) &&
      isRight('fee', (text) => reading.isIn(one, text), 'write it without a sign, in the currency of its row') &&
      isRight(
        'product_cost',
        (text) => [undefined, 'EUR'].includes(currencyBeside(text)),
        'write what the goods cost in EUR',
      ) &&
      unfit.isHandle(row, table.headingOf('handle'), cell('handle')) &&
      unfit.isDay(row, table.headingOf('start'), cell('start'), reading.isDay(cell('start'))) &&
      isRight('end', (text) => text === '' || reading.isDay(text), 'write it as 15/04/2025, or leave it empty') &&
      isRight('commission', isShare, 'write a number of per cent from 0 to 100, as “10 %”') &&
      isRight('commission_on', (text) => base.test(text), 'write gross or net, or leave it empty') &&
      isRight(
        'code',
        (text) => !several.test(promoCodeOf(text)),
        'give each other code a row of its own, with a fee of 0',
      )
    );
  }
  return unfit;
}
