/** What a cell of a column holds: a whole number, an amount of money, a part of one (0,10 or 10 %), or a day. */
export type CellKind = 'count' | 'money' | 'share' | 'day';

type Sign = ',' | '.';
const other = (sign: Sign): Sign => (sign === ',' ? '.' : ',');
const signOf = (text: string | undefined): Sign | undefined => (text === ',' || text === '.' ? text : undefined);

/** A number as it is written, apart from what stands around it. */
type Digits =
  | { readonly whole: string; readonly fraction: string; readonly decimal: Sign | undefined }
  /** `12.345`: the sign may part thousands or decimals. */
  | { readonly whole: string; readonly fraction: string; readonly either: Sign };

interface Written {
  readonly digits: Digits;
  readonly isNegative: boolean;
  /** ISO 4217, where a currency stands beside the number. */
  readonly currency: string | undefined;
  readonly isPercent: boolean;
  /** `k`, `M`: a rounded number. */
  readonly isShort: boolean;
}

const currencies: ReadonlyMap<string, string> = new Map([
  ['€', 'EUR'],
  ['$', 'USD'],
  ['£', 'GBP'],
  ['FR.', 'CHF'],
  ['SFR.', 'CHF'],
  ['¥', 'JPY'],
]);
const around =
  /^(?<sign>[-+−]?)\s*(?<before>[€$£¥]|s?fr\.|[a-z]{3})?\s*(?<inner>[-+−]?)\s*(?<body>[.,]?\d(?:[\d.,\s'’]*\d)?)\s*(?<after>[€$£¥%]|s?fr\.|[a-z]{3}|[km]|md)?$/iu;
/** `1.-` and `1,--`: Swiss for whole francs. */
const wholeFrancs = /[.,][-–—]{1,2}$/u;

/** How the digits are parted; undefined where they are in no way that people part them. */
function digitsOf(body: string): Digits | undefined {
  const spaced = /^(?<whole>\d{1,3}(?:[\s'’]\d{3})+)(?:(?<decimal>[.,])(?<fraction>\d+))?$/u.exec(body)?.groups;
  if (spaced)
    return {
      whole: (spaced['whole'] ?? '').replaceAll(/\D/gu, ''),
      fraction: spaced['fraction'] ?? '',
      decimal: signOf(spaced['decimal']),
    };
  const [first = '', ...rest] = body.split(/[.,]/u);
  const signs = Array.from(body.matchAll(/[.,]/gu), ([one]) => signOf(one));
  const last = signs.at(-1);
  if (/[\s'’]/u.test(body)) return undefined;
  if (last === undefined) return { whole: body, fraction: '', decimal: undefined };
  const inGroups = (groups: readonly string[]) =>
    /^[1-9]\d{0,2}$/u.test(first) && groups.every((group) => group.length === 3);
  const fraction = rest.at(-1) ?? '';
  if (signs.length === 1) {
    return inGroups(rest)
      ? { whole: first, fraction, either: last }
      : { whole: first === '' ? '0' : first, fraction, decimal: last };
  }
  if (signs.every((one) => one === last))
    return inGroups(rest) ? { whole: first + rest.join(''), fraction: '', decimal: other(last) } : undefined;
  const isLastAlone = signs.filter((one) => one === last).length === 1;
  return isLastAlone && inGroups(rest.slice(0, -1))
    ? { whole: first + rest.slice(0, -1).join(''), fraction, decimal: last }
    : undefined;
}

function written(text: string): Written | undefined {
  const found = around.exec(text.replace(wholeFrancs, ''))?.groups;
  const digits = found && digitsOf(found['body'] ?? '');
  if (!found || !digits) return undefined;
  const marks = [found['before'], found['after']].flatMap((mark) => (mark === undefined ? [] : [mark.toUpperCase()]));
  const names = marks.filter((mark) => !/^(?:%|K|M|MD)$/u.test(mark)).map((mark) => currencies.get(mark) ?? mark);
  if (names.length > 1 || (found['sign'] !== '' && found['inner'] !== '')) return undefined;
  return {
    digits,
    isNegative: /[-−]/u.test(`${found['sign']}${found['inner']}`),
    currency: names[0],
    isPercent: marks.includes('%'),
    isShort: marks.some((mark) => /^(?:K|M|MD)$/u.test(mark)),
  };
}

const day = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}$/u;

/** Whether a day may be meant with its month first. */
function isEitherDay(text: string): boolean {
  const [, first, second] = day.exec(text) ?? [];
  return Number(first) <= 12 && Number(second) <= 12 && first !== second;
}

const joined = (whole: string, fraction: string) =>
  whole.replace(/^0+(?=\d)/u, '') + (fraction === '' ? '' : `.${fraction}`);

/** What the cells of a whole sheet say of how its numbers and days are written. */
export class SheetHabits {
  readonly #decimals = new Set<Sign>();
  #monthFirst = false;
  /** A sheet that counts a share in per cent somewhere: its 1 may be 1 % or all. */
  #percentPoints = false;

  /** Takes note of a cell that can be read in one way only. */
  learn(text: string, kind: CellKind): void {
    if (kind === 'day') {
      const [, first, second] = day.exec(text) ?? [];
      this.#monthFirst ||= Number(first) <= 12 && Number(second) > 12;
      return;
    }
    const digits = written(text)?.digits;
    if (digits && 'decimal' in digits && digits.decimal !== undefined) this.#decimals.add(digits.decimal);
    this.#percentPoints ||=
      kind === 'share' &&
      digits !== undefined &&
      (text.includes('%') || (!('either' in digits) && Number(digits.whole) > 1));
  }

  /** Whether the sheet has both signs before decimals: then no habit says what one of them is elsewhere. */
  get isTorn(): boolean {
    return this.#decimals.size > 1;
  }

  /**
   * A cell as SQL reads it: digits and a point; a day as it stands. A fault where its sheet does not say which of two
   * numbers, or of two days, it is: never a guess. What is no number at all is left as it stands.
   */
  read(
    text: string,
    kind: CellKind,
    currency: string | undefined,
  ): { readonly value: string } | { readonly fault: string } {
    if (kind === 'day') return this.#monthFirst && isEitherDay(text) ? { fault: 'day_order' } : { value: text };
    const one = written(text);
    if (!one || (one.isPercent && kind !== 'share') || (one.currency !== undefined && kind !== 'money'))
      return { value: text };
    if (one.isShort) return { fault: 'abbreviated' };
    if (one.currency !== undefined && currency !== undefined && one.currency !== currency.toUpperCase())
      return { fault: 'currency' };
    const digits = this.#parted(one.digits, kind);
    if (!digits) return { fault: 'ambiguous' };
    const minus = one.isNegative ? '-' : '';
    if (kind === 'count' && /^0+$/u.test(digits.fraction)) return { value: minus + digits.whole };
    if (!one.isPercent) {
      const isPoint = kind === 'share' && this.#percentPoints && digits.whole === '1' && /^0*$/u.test(digits.fraction);
      return isPoint ? { fault: 'ambiguous' } : { value: minus + joined(digits.whole, digits.fraction) };
    }
    const padded = digits.whole.padStart(3, '0');
    return { value: minus + joined(padded.slice(0, -2), padded.slice(-2) + digits.fraction) };
  }

  /** A count has no decimals, a share has nothing else; for an amount the rest of the sheet decides. */
  #parted(digits: Digits, kind: CellKind): { readonly whole: string; readonly fraction: string } | undefined {
    if (!('either' in digits)) return digits;
    const isDecimal = this.#decimals.has(digits.either);
    const isThousands = this.#decimals.has(other(digits.either));
    const grouped = { whole: digits.whole + digits.fraction, fraction: '' };
    if (kind === 'count') return isDecimal ? undefined : grouped;
    if (kind === 'share') return isDecimal && !isThousands ? digits : undefined;
    return isThousands && !isDecimal ? grouped : undefined;
  }
}
