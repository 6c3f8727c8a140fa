import type { LogEffect, Unknown } from './difference.ts';
import { beforeDuring, ratioVariance, type Series, type Window } from './panel.ts';

/** Earlier stretches of the same length that do not overlap, in which nothing was withheld. */
const fewestStretches = 3;

/** The days of a window, as many whole weeks earlier as it takes to be before it: the same weekdays. */
export function stretchBefore({ from, to }: Window): Window {
  const shift = 7 * Math.ceil((to - from) / 7);
  return { from: from - shift, to: to - shift };
}

/**
 * A pause everywhere: orders during it over those of the same weekdays just before. No area tells what the season did
 * meanwhile, so its error is how far the same reckoning was from 0 in all earlier weeks (placebos in time), and never
 * less than chance in the orders.
 * @returns why not, where the lake knows too few weeks before
 */
export function pauseEffect(whole: Series, during: Window): LogEffect | Unknown {
  const reckoned = (window: Window) => {
    const one = beforeDuring(whole, stretchBefore(window), window);
    if (one.before.value <= 0 || one.during.value <= 0) return undefined;
    return { effect: Math.log(one.during.value / one.before.value), chance: ratioVariance(one) };
  };
  const placebos: number[] = [];
  let stretches = 0;
  for (let at = stretchBefore(during); stretchBefore(at).from >= 0; at = { from: at.from - 7, to: at.to - 7 }) {
    const one = reckoned(at);
    if (one !== undefined) placebos.push(one.effect);
    stretches = Math.floor((stretchBefore(during).to - stretchBefore(at).from) / (during.to - during.from)) - 1;
  }
  if (stretches < fewestStretches)
    return {
      unknown:
        `A pause everywhere needs ${fewestStretches + 1} stretches of its own length before it, to know how ` +
        `much orders move by themselves: the lake has ${Math.max(0, stretches + 1)}.`,
    };
  const now = reckoned(during);
  if (now === undefined) return { unknown: 'There was no order in the pause, or just before it.' };
  const variance = placebos.reduce((sum, effect) => sum + effect ** 2, 0) / placebos.length;
  return {
    effect: now.effect,
    standardError: Math.sqrt(Math.max(variance, now.chance)),
    degrees: stretches - 1,
  };
}
