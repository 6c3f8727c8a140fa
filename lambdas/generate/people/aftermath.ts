/** What becomes of an order once it is placed: cancelled, edited, sent, given back whole or in part. */
import type { DayIndex } from '../market/calendar.ts';
import type { Dice } from '../market/dice.ts';
import type { Line } from './line.ts';

/** Part of a line given back, or taken off the order. */
export interface Part {
  readonly index: number;
  readonly quantity: number;
  /** What is given back for it, VAT included, and the VAT in it. */
  readonly cents: number;
  readonly taxCents: number;
}

export interface Refund {
  readonly day: DayIndex;
  /**
   * `cancelled` before it was sent, `edited` off the order, `returned`, or a `goodwill` for which nothing comes back.
   */
  readonly why: 'cancelled' | 'edited' | 'returned' | 'goodwill';
  readonly parts: readonly Part[];
  readonly shippingCents: number;
  readonly shippingTaxCents: number;
  /** What is paid back beyond the parts and the shipping; below 0 what the shop keeps. */
  readonly differenceCents: number;
  /** What became of each try to pay it back; none where nothing had been paid for what an edit took off. */
  readonly payments: readonly ('success' | 'failure' | 'pending')[];
}

export interface Aftermath {
  readonly fulfilledOn?: DayIndex;
  readonly cancelledOn?: DayIndex;
  readonly refund?: Refund;
}

/** What the customer gets back, or will when the bank has done it. */
export function refundCents({ parts, shippingCents, differenceCents }: Refund): number {
  return parts.reduce((sum, part) => sum + part.cents, shippingCents + differenceCents);
}

export function refundTaxCents({ parts, shippingTaxCents }: Refund): number {
  return parts.reduce((sum, part) => sum + part.taxCents, shippingTaxCents);
}

/** Whether money went back. */
export function isPaidBack(refund: Refund): boolean {
  return refund.payments.includes('success');
}

function partOf(line: Line, index: number, quantity: number): Part {
  const paid = line.priceCents * line.quantity - line.discountCents;
  return {
    index,
    quantity,
    cents: Math.floor((paid * quantity) / line.quantity),
    taxCents: Math.floor((line.taxCents * quantity) / line.quantity),
  };
}

interface Placed {
  readonly day: DayIndex;
  readonly lines: readonly Line[];
  readonly shippingCents: number;
  readonly shippingTaxCents: number;
  readonly rate: number;
}

const whole = (lines: readonly Line[]): Part[] => lines.map((line, index) => partOf(line, index, line.quantity));

function returned(dice: Dice, extras: Dice, { day, lines, shippingCents, shippingTaxCents, rate }: Placed): Refund {
  const all = dice.chance(0.6);
  const index = all ? 0 : dice.int(lines.length);
  const line = lines[index];
  // Of two pieces, one may come back.
  const parts =
    all || line === undefined
      ? whole(lines)
      : [partOf(line, index, line.quantity > 1 && extras.chance(0.5) ? 1 : line.quantity)];
  const withShipping = extras.chance(0.4);
  const kept = !withShipping && extras.chance(0.3);
  const fate = extras.next();
  return {
    day,
    why: 'returned',
    parts,
    shippingCents: withShipping ? shippingCents : 0,
    shippingTaxCents: withShipping ? shippingTaxCents : 0,
    differenceCents: kept ? -Math.round(300 * rate) : 0,
    payments: fate < 0.15 ? ['pending'] : fate < 0.4 ? ['failure', 'success'] : ['success'],
  };
}

/**
 * @param dice the order's own
 * @param extras draws that came later into the market, apart so that the order's own stay as they were
 */
export function aftermathOf(dice: Dice, extras: Dice, placed: Placed): Aftermath {
  const { day, lines, shippingCents, shippingTaxCents, rate } = placed;
  const none = { shippingCents: 0, shippingTaxCents: 0, differenceCents: 0 };
  const cancelled = dice.chance(0.013);
  const isReturned = !cancelled && dice.chance(0.031);
  const fulfilledOn = day + 1 + dice.int(3);
  if (cancelled)
    return {
      cancelledOn: day + 1,
      refund: {
        day: day + 1,
        why: 'cancelled',
        parts: whole(lines),
        shippingCents,
        shippingTaxCents,
        differenceCents: 0,
        payments: ['success'],
      },
    };
  if (isReturned) {
    const refund = returned(dice, extras, placed);
    return { fulfilledOn, refund: { ...refund, day: day + 6 + dice.int(20) } };
  }
  const last = lines.at(-1);
  // Out of stock: a line is taken off before the parcel leaves, and given back unless it was on account.
  if (last && lines.length > 1 && extras.chance(0.03)) {
    return {
      fulfilledOn,
      refund: {
        ...none,
        day: fulfilledOn,
        why: 'edited',
        parts: [partOf(last, lines.length - 1, last.quantity)],
        payments: extras.chance(0.5) ? ['success'] : [],
      },
    };
  }
  if (extras.chance(0.03)) {
    // The parcel came late, or was dented: the shipping is given back, or a round sum.
    const given = shippingCents > 0 ? { shippingCents, shippingTaxCents } : { differenceCents: Math.round(500 * rate) };
    return {
      fulfilledOn,
      refund: {
        ...none,
        ...given,
        day: fulfilledOn + 1 + extras.int(8),
        why: 'goodwill',
        parts: [],
        payments: ['success'],
      },
    };
  }
  return { fulfilledOn };
}
