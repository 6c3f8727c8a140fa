/** What a platform can count of a day: clicks that became sessions, and the orders that it claims. */
import type { DayIndex } from '../market/calendar.ts';
import type { Exposure } from '../people/arrival.ts';
import type { Device } from '../people/journey.ts';
import type { Order } from '../people/order.ts';
import { allAds } from './campaigns.ts';
import type { Platform } from './campaigns.ts';

export const devices: readonly Device[] = ['mobile', 'desktop', 'tablet'];

export interface Cell {
  sessions: number;
  claimedOrders: number;
  /** EUR cents, VAT included, as the shop's pixel reports it. */
  claimedCents: number;
}

/** A day's cells, by ad and device: `ad.index * 3 + device`. */
export interface Tally {
  readonly day: DayIndex;
  readonly cells: readonly Cell[];
}

export function emptyTally(day: DayIndex): Tally {
  return {
    day,
    cells: Array.from({ length: allAds.length * devices.length }, () => ({
      sessions: 0,
      claimedOrders: 0,
      claimedCents: 0,
    })),
  };
}

function cellOf(tally: Tally, exposure: Exposure, device: Device): Cell | undefined {
  return exposure.ad && tally.cells[exposure.ad.index * devices.length + devices.indexOf(device)];
}

export function countSession(tally: Tally, arrival: Exposure, device: Device): void {
  const cell = cellOf(tally, arrival, device);
  if (cell) cell.sessions += 1;
}

/** Days after a click, and after a mere view, within which a platform claims an order. */
const claimDays: Readonly<Record<Platform, readonly [click: number, view: number]>> = {
  google: [30, 3],
  meta: [7, 1],
  tiktok: [7, 1],
};

/**
 * Each platform claims the whole order for its own last exposure, whatever the others do: together they claim more than
 * there is.
 */
export function claimOrder(tally: Tally, order: Order, exposures: readonly Exposure[]): void {
  for (const platform of ['google', 'meta', 'tiktok'] as const) {
    const [click, view] = claimDays[platform];
    const last = exposures.findLast(
      ({ ad, clicked, day }) => ad?.campaign.platform === platform && order.visit.day - day <= (clicked ? click : view),
    );
    const cell = last && cellOf(tally, last, order.visit.device);
    if (cell === undefined) continue;
    cell.claimedOrders += 1;
    cell.claimedCents += Math.round(order.totalCents / order.rate);
  }
}

/** Sums the lanes' tallies of one day. */
export function mergeTallies(tallies: readonly Tally[], day: DayIndex): Tally {
  const sum = emptyTally(day);
  for (const { cells } of tallies) {
    for (const [n, cell] of sum.cells.entries()) {
      const part = cells[n];
      if (part === undefined) continue;
      cell.sessions += part.sessions;
      cell.claimedOrders += part.claimedOrders;
      cell.claimedCents += part.claimedCents;
    }
  }
  return sum;
}
