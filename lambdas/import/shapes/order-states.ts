import { folded } from '../folded.ts';

/** Whether an order is paid, by the names of Shopify's `financial_status`. */
export type PaidState = 'paid' | 'partially_refunded' | 'refunded' | 'voided' | 'pending';

/** What a person says that a state means, and what it is. */
export const meaningsOfStates: ReadonlyMap<string, PaidState> = new Map([
  ['paid', 'paid'],
  ['unpaid', 'pending'],
  ['refunded', 'refunded'],
  ['cancelled', 'voided'],
]);

/** What somebody said that states mean, by their folded names. */
export class SaidStates {
  readonly #meanings: ReadonlyMap<string, PaidState>;
  readonly #met: Set<string>;

  constructor(meanings: Iterable<readonly [string, PaidState]>, met = new Set<string>()) {
    this.#meanings = new Map(meanings);
    this.#met = met;
  }

  /** With what was said before, where nothing else is said now. */
  after(before: Iterable<readonly [string, PaidState]>): SaidStates {
    return new SaidStates([...before, ...this.#meanings], this.#met);
  }

  /** What a state means that was met in a file. */
  meaningOf(name: string): PaidState | undefined {
    this.#met.add(name);
    return this.#meanings.get(name);
  }

  /** The states that no file had. */
  get unmet(): string[] {
    return [...this.#meanings.keys()].filter((name) => !this.#met.has(name));
  }

  entries(): [string, PaidState][] {
    return [...this.#meanings];
  }
}

const money = 'pay|paie|cash|wire|virement|cheque|check|zahl|pago|pagam|betal|refund|rembours|erstatt|reembols|rimbors';
const goods =
  'ship|fulfil|pick ?up|deliver|expedi|livr|prepar|envoi|envio|retrait|colis|versand|abhol|liefer|spedi|consegn|verzend|parcel';
/** What is told of goods alone, and neither of their payment nor of an order that was cancelled. */
const ofGoods = (words: string) => new RegExp(`^(?!.*(?:${money}|cancel|annul|storn))(?=.*(?:${goods})).*(?:${words})`);

const not = '(?:not|non|pas|nicht|no|niet|never|jamais|nie|nooit)(?: (?:yet|encore|noch|nog|ancora|aun))?';
const paid = 'paid|payee?|bezahlt|pagad[oa]|pagat[oa]|betaald';
const came =
  'recue?|receiv|accept|aceptad|accettat|aanvaard|geaccepteerd|confirm|bestatigt|bevestigd|eingegangen|erhalten|ontvangen|ricevut|recibid|valid|encaisse';
const done = 'complet|termine|process|traite|abgeschlossen|bearbeitet|fertig|afgerond|voltooid|verwerkt';

/** Paid to who delivers: in French, Spanish and Dutch it is called as what is given back. */
const onDelivery = /\bcontre ?rembours\w*|\bcontra ?r?reembols\w*|\brembours(?:zending|betaling)?\b/g;

/** That it was, or that the goods came to the buyer. */
const collected = new RegExp(`\\b(?:${paid}|encaisse|livree?|entregad|afgeleverd|recue?)`);

/**
 * What shop systems call the states of orders, in English, French, German, Spanish, Italian and Dutch: WooCommerce's and
 * PrestaShop's own, and the words of which shops make others. The first rule that fits counts, so the particular ones
 * stand first. `ask`: words of a known kind that say nothing of the money.
 */
const rules: readonly (readonly [RegExp, PaidState | 'ask'])[] = [
  [new RegExp(`\\b(?:${not} (?:${paid})|unpaid|impayee?|unbezahlt)\\b`), 'pending'],
  [/(?:refund|rembours|erstatt|cancellation|annulation|stornierung)\w* (?:request|demand|pending|en cours|attente|refus|reject|declin|denied|fail|echou|abgelehnt)|(?:demande|request|attente).* (?:refund|rembours|cancel|annul)/, 'ask'],
  [/\b(?:parti|teil|par[cz]ial|gedeeltelijk)\w* ?(?:refund|rembours|(?:rueck|ruck)?erstatt|reembols|rimbors|terugbetaald)|(?:refund|rembours|reembols|rimbors)\w* (?:parti|par[cz]ial)/, 'partially_refunded'],
  // A parcel that waits, or was refused, says nothing of its payment.
  [ofGoods('await|waiting|attente|warte|pendiente|attesa|refus|reject|fail|echou|erreur|error|fehl|lost|perdu|retour|return|\\b(?:not|non|pas|nicht|un\\w+)\\b'), 'ask'],
  [ofGoods('\\bparti'), 'paid'],
  [new RegExp(`^(?!.*\\b(?:${paid})\\b).*\\b${not} (?:${came})`), 'pending'],
  [new RegExp(`\\b(?:${not} |un|in)(?:${done})|unvollstandig`), 'ask'],
  [/refus|reject|declin|fail|echou|echec|erreur|error|fehler|fehlgeschlagen|fallid|fallit|mislukt|betaal\w*fout|betaling\w*fout|fraud|betrug/, 'voided'],
  [/cancel|annul|storn|geannuleerd|abandon|expired?\b|trash|corbeille|draft|brouillon|entwurf|borrador|bozza/, 'voided'],
  [/refund|rembours|erstatt|reembols|rimbors|terugbetaald/, 'refunded'],
  [/(?:payment|paiement|zahlung|pago|pagamento|betaling).*(?:in progress|en cours|process|pending|ausstehend)/, 'pending'],
  [/\b(?:quote|devis|angebot|presupuesto|preventivo|offerte)\b/, 'pending'],
  [/\b(?:partial\w*|partiel\w*|teil\w*|acompte|deposit|anzahlung)\b/, 'pending'],
  [/\b(?:paid|payee?|bezahlt|pagad[oa]|pagat[oa]|betaald)\b/, 'paid'],
  [/(?:payment|paiement|zahlung|pago|pagamento|betaling) (?:accept|recu|received|confirm|valid|eingegangen|bestatigt|accettat|aceptad|aanvaard|geaccepteerd)/, 'paid'],
  [/await|waiting|attente|pending|ausstehend|warte|on hold|wacht|pendiente|espera|attesa|sospeso/, 'pending'],
  [/authori[sz]|autoris|a capturer|captured/, 'pending'],
  [/complet|termine|fertig|abgeschlossen|afgerond|voltooid/, 'paid'],
  [/process|en cours|bearbeitung|procesando|lavorazione|behandeling|verwerk|voorbereid|prepar|\bpret\b|\bready\b/, 'paid'],
  [/shipped|expedi|versand|versendet|enviad|spedit|verzonden|deliver|livre|geliefert|zugestellt|entregad|consegnat|afgeleverd/, 'paid'],
  [/accept|accettat|aceptad|aanvaard|\brecue?\b|received|eingegangen|erhalten|bestatigt/, 'paid'],
]; // prettier-ignore

/** Whether a state says that a deposit alone was paid, or a part of the price. */
export const isPaidInPart = (state: string): boolean =>
  /\b(?:part(?:ial\w*|iel\w*|ly)?|teil\w*|par[cz]ial\w*|half) ?(?:paid|pay|paie|bezahlt|zahl|pag)|\b(?:payment|paye\w*|paiement|pago|pagamento|pagad[oa]) (?:parti[ae]l|par[cz]ial)|\b(?:acompte|anzahlung)\b|(?<!bank )\bdeposit\b/.test(
    folded(state),
  );

/**
 * Whether an order of this state is paid.
 * @returns undefined where no rule knows it: whether such orders are revenue is the person's to say
 */
export function paidState(state: string, said: SaidStates | undefined): PaidState | undefined {
  const name = folded(state);
  const told = said?.meaningOf(name);
  if (told !== undefined) return told;
  const words = name.replaceAll(onDelivery, ' ').trim();
  const own = rules.find(([rule]) => rule.test(words))?.[1];
  // What is on its way to be paid at the door is not paid yet.
  const isOwed = words !== name && own === 'paid' && !collected.test(words);
  return own === 'ask' || isOwed ? undefined : own;
}

/** What was given back, in cents: all of an order that is refunded, where no amount is told. */
export const refundedOf = (state: PaidState, told: number, total: number): number =>
  state === 'refunded' && told === 0 ? total : told;

/** Shopify's name of it, with what was given back of a total. */
export function financialStatus(state: PaidState, refunded: number, total: number): PaidState {
  if (state === 'pending' || state === 'voided') return state;
  return refunded > 0 && refunded < total ? 'partially_refunded' : state;
}

const meanings: Readonly<Record<PaidState, string>> = {
  paid: 'paid',
  partially_refunded: 'refunded in part',
  refunded: 'refunded',
  voided: 'cancelled',
  pending: 'not paid',
};

/** The states of a file's orders, how each was read, and how many orders have it. */
export class OrderStates {
  readonly #said: SaidStates | undefined;
  readonly #read = new Map<string, { readonly name: string; readonly state: PaidState; orders: number }>();
  readonly #unknown = new Map<string, number>();
  #whole = 0;

  constructor(said: SaidStates | undefined) {
    this.#said = said;
  }

  /** Takes note of an order that counts whole although a part of it was given back. */
  countWhole(): void {
    this.#whole++;
  }

  /** Counts an order of a state. @param known what the order itself says, where it does */
  read(text: string, known?: PaidState): PaidState {
    const state = this.#said?.meaningOf(folded(text)) ?? known ?? paidState(text, undefined);
    if (state === undefined) this.#unknown.set(text, (this.#unknown.get(text) ?? 0) + 1);
    // One state may be read in two ways, where its orders say themselves whether they are paid.
    const before = this.#read.get(`${state} ${text}`);
    if (before) before.orders++;
    else if (state !== undefined) this.#read.set(`${state} ${text}`, { name: text, state, orders: 1 });
    return state ?? 'pending';
  }

  /** What is to be asked; undefined where each state is known. */
  get question(): string | undefined {
    const [first] = this.#unknown.keys();
    if (first === undefined) return undefined;
    const names = [...this.#unknown].map(([name, orders]) => `“${name}” (${orders})`).join(', ');
    // No meaning is suggested: what is copied without a thought would be revenue.
    const example = [...this.#unknown.keys()].map((name) => `${name}=…`).join(';');
    return (
      `Whether orders of these states are paid is not known: ${names}. Only paid ones are revenue. Say what ` +
      `each means, as paid, unpaid, refunded or cancelled: --states "${example}"`
    );
  }

  get notes(): string[] {
    if (this.#read.size === 0) return [];
    const told = [...this.#read.values()].map(({ name, state, orders }) => `“${name}” ${meanings[state]} (${orders})`);
    return [
      `The states of its orders are read so: ${told.join(', ')}. Only paid ones are revenue; --states says otherwise.`,
      ...(this.#whole === 0
        ? []
        : [
            `${this.#whole} ${this.#whole === 1 ? 'order is' : 'orders are'} refunded in part, and the file ` +
              `does not tell how much: ${this.#whole === 1 ? 'it counts' : 'they count'} whole.`,
          ]),
    ];
  }
}
