/** Promotion codes as people write them into a sheet: with quotes, with what they take off, or words where there is none. */
import { folded } from '../folded.ts';

const none =
  /^(?:(?:pas|sans|aucun|no) (?:de )?(?:code|promo)(?: promo)?|aucun|neant|sans|none|no|non|na|n a|kein(?:er)?|tb[cd]|a (?:definir|venir|creer|confirmer))?$/;

/** A code as an order has it; empty where its cell says that there is none. */
export function promoCodeOf(text: string): string {
  if (none.test(folded(text))) return '';
  return text
    .replace(/^(?:code(?: promo)?\s*:\s*)/iu, '')
    .replace(/\s*(?:\([^()]*\d\s*[%€$£][^()]*\)|[:=–—-]?\s+[-−–]?\s*\d+(?:[.,]\d+)?\s*%)\s*$/u, '')
    .replace(/^["'«“”„‘’]+\s*(?<code>.*?)\s*["'»“”‘’]+$/u, '$<code>')
    .trim();
}
