import type { Row } from './rows.ts';
import { trimmed } from './trimmed.ts';

const totalWord =
  '(?:(?:grand|sous|sub)[- ]?)?(?:totals?|totaux|somme|sum|summe|gesamt(?:summe)?|insgesamt|total general)';
const totals = new RegExp(String.raw`^${totalWord}\b`, 'iu');
const totalAlone = new RegExp(String.raw`^${totalWord}(?:\s+(?:g[eé]n[eé]ral|ht|ttc|eur|€))*\s*:?$`, 'iu');

/** Whether a total is named where a product would be, and nothing else: SUM-01 is a product. */
export const isTotalAlone = (text: string): boolean => totalAlone.test(text);

/** Whether a text begins with the word of a total: it may be a name, too. */
export const beginsAsTotal = (text: string): boolean => totals.test(text);

/** Whether the first word of a row is that of a total. */
export const isTotal = ({ cells }: Row): boolean =>
  beginsAsTotal(trimmed(cells.find((cell) => trimmed(cell) !== '') ?? ''));
