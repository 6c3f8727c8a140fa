import { Refused } from '../refused.ts';
import { folded } from '../folded.ts';
import type { SaidStates } from './order-states.ts';

type Meaning = 'counts' | 'void' | 'ask';

/**
 * A deal that did not come about costs nothing; of one that may come about nobody knows it yet. The first rule that fits
 * counts, and a deal of any other state does.
 */
const rules: readonly (readonly [RegExp, Meaning])[] = [
  [/annul|cancel|storn|refus|reject|declin|abandon|resili|rompu|terminated|abgesagt|abgelehnt/, 'void'],
  [/\b(?:report(?:e|ee|es)|decale\p{L}*|postpon\w*|verschob\w*|stand ?by|en pause|on hold|paused|ghost\w*|no show|(?:pas|sans|aucune|no) (?:de )?(?:reponse|reply|response|answer)|keine antwort|ko)\b/u, 'ask'],
  // What waits for its payment was done.
  [/\b(?:attente|pending|wait\w*|await\w*|reste|to be|a) (?:.* )?(?:pay|paie|virement|factur|invoic|regle)/, 'counts'],
  [/negoc|negot|propos|offre|offer|devis|quote|draft|brouillon|prospect|option|piste|contacte|relance|discussion|a confirmer|a valider|to (?:be )?confirm|\btb[cd]\b|pending|attente|waiting|entwurf|angebot/, 'ask'],
]; // prettier-ignore

/** Whether a text says that a deal did not come about. */
export const saysVoid = (text: string): boolean => rules.find(([words]) => words.test(folded(text)))?.[1] === 'void';

/** The states of a sheet's deals, and which of its deals count. */
export class DealStates {
  readonly #said: SaidStates | undefined;
  readonly #read = new Map<string, { readonly counts: boolean; deals: number }>();
  readonly #unknown = new Map<string, number>();

  constructor(said: SaidStates | undefined) {
    this.#said = said;
  }

  /** Whether a deal of a state counts; an unknown one is asked for. */
  counts(text: string): boolean {
    if (text === '') return true;
    const name = folded(text);
    const said = this.#said?.meaningOf(name);
    const found = rules.find(([words]) => words.test(name))?.[1] ?? 'counts';
    if (said === undefined && found === 'ask') {
      this.#unknown.set(text, (this.#unknown.get(text) ?? 0) + 1);
      return true;
    }
    const counts = said === undefined ? found === 'counts' : said === 'paid' || said === 'pending';
    const before = this.#read.get(text);
    if (before) before.deals++;
    else this.#read.set(text, { counts, deals: 1 });
    return counts;
  }

  /** @throws Refused where it is not known whether deals of a state count */
  assertKnown(): void {
    if (this.#unknown.size === 0) return;
    const names = [...this.#unknown].map(([name, deals]) => `“${name}” (${deals})`).join(', ');
    const example = [...this.#unknown.keys()].map((name) => `${name}=…`).join(';');
    throw new Refused(
      `Whether deals of these states came about is not known: ${names}. Say what each means, as paid or ` +
        `unpaid (both cost their fee) or cancelled: --states "${example}"`,
    );
  }

  get notes(): string[] {
    if (this.#read.size === 0) return [];
    const told = [...this.#read].map(([name, { counts, deals }]) => `“${name}” ${counts ? 'counts' : 'does not'} (${deals})`); // prettier-ignore
    return [`By their states deals count or not: ${told.join(', ')}; --states says otherwise.`];
  }
}
