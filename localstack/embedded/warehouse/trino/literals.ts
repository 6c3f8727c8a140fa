/** What a literal of a known form becomes in DuckDB, or the reason why it is refused. */
export type LiteralRule = (
  text: string,
) => { readonly text: string } | { readonly refused: string; readonly advice?: string | undefined };

const dayUnits = ['day', 'week', 'month', 'quarter', 'year'];
const timeUnits = ['millisecond', 'second', 'minute', 'hour'];

const oneOf =
  (units: readonly string[]): LiteralRule =>
  (text) =>
    units.includes(text.toLowerCase())
      ? { text: text.toLowerCase() }
      : { refused: `the unit '${text}' here`, advice: `one of ${units.join(', ')}` };

/** MySQL's letters, which Trino's date_format and date_parse take, in those of strftime. */
const formatLetters: Readonly<Record<string, string | undefined>> = {
  Y: '%Y', y: '%y', m: '%m', c: '%-m', d: '%d', e: '%-d', H: '%H', k: '%-H', h: '%I', I: '%I', l: '%-I', i: '%M', s: '%S', S: '%S', p: '%p', T: '%H:%M:%S',
  r: '%I:%M:%S %p', M: '%B', b: '%b', W: '%A', a: '%a', j: '%j', x: '%G', v: '%V', f: '%f', '%': '%%',
}; // prettier-ignore

/** The letters whose parsing is the same in both engines. */
const parsed = 'YmdHisST';

const format =
  (letters: string): LiteralRule =>
  (text) => {
    const unknown = [...text.matchAll(/%(.?)/g)].find(([, letter = '']) => !letters.includes(letter) || letter === '');
    return unknown === undefined
      ? { text: text.replaceAll(/%(.)/g, (whole, letter: string) => formatLetters[letter] ?? whole) }
      : { refused: `the format ${unknown[0]}` };
  };

/** Joda's letters, which format_datetime takes, in those of strftime; a run of letters is one pattern. */
const jodaLetters: Readonly<Record<string, string | undefined>> = {
  yyyy: '%Y', YYYY: '%Y', yy: '%y', MMMM: '%B', MMM: '%b', MM: '%m', M: '%-m', dd: '%d', d: '%-d', HH: '%H', H: '%-H', hh: '%I', h: '%-I', mm: '%M', m: '%-M',
  ss: '%S', s: '%-S', SSS: '%g', a: '%p', EEEE: '%A', EEE: '%a', E: '%a', DDD: '%j', D: '%-j', e: '%u', ww: '%V', xxxx: '%G',
}; // prettier-ignore

const joda: LiteralRule = (text) => {
  let unknown: string | undefined;
  const written = text.replaceAll(/'([^']*)'|([A-Za-z])\2*|%/g, (whole: string, quoted: string | undefined) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll('%', '%%');
    if (whole === '%') return '%%';
    unknown ??= jodaLetters[whole] === undefined ? whole : undefined;
    return jodaLetters[whole] ?? '';
  });
  return unknown === undefined && !text.includes("''")
    ? { text: written }
    : { refused: `the format ${unknown ?? "''"}` };
};

/** Joda's letters whose parsing is the same in both engines. */
const parsedJoda: LiteralRule = (text) => {
  const runs = [...text.replaceAll(/'[^']*'/g, '').matchAll(/([A-Za-z])\1*/g)].map(([run]) => run);
  const other = runs.find((run) => !['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS'].includes(run));
  if (other !== undefined) return { refused: `the format ${other}` };
  // A year that is not written is another one in each engine.
  return runs.includes('yyyy') ? joda(text) : { refused: 'a format without yyyy' };
};

/**
 * Where Joni (Trino) and RE2 (DuckDB) part: look-around, back-references, possessive quantifiers, and classes that are
 * Unicode in one of them only.
 */
const regexPartings: readonly (readonly [RegExp, string, string?])[] = [
  [/^(?:[^\\]|\\.)*?\(\?(?:[=!>]|<[=!])/, 'look-around in a pattern'],
  [/^(?:[^\\]|\\.)*?\(\?(?!:)/, 'flags and names in a pattern'],
  [/^(?:[^\\]|\\.)*?\\[1-9k]/, 'a back-reference in a pattern'],
  [/^(?:[^\\]|\\[pP]\{\w+\}|\\.)*?(?:[*+?]|(?<!\\[pP]\{\w+)\})\+/, 'a possessive quantifier'],
  [
    /^(?:[^\\]|\\.)*?\\(?:[a-ce-oqrt-vx-zA-CE-OQRT-VX-Z0-9]|[pP](?!\{(?:L|M|N|Lu|Mn|Nd)\}))/,
    'an escaped letter in a pattern',
    '\\p{L}, \\p{M}, \\p{N}',
  ],
  [/\[(?:[^\]\\]|\\.)*(?:\[|&&)/, 'a class inside a class of a pattern'],
  [/^(?:[^\\]|\\.)*\\$/, 'a pattern that ends in \\'],
  [/\[:/, 'a POSIX class in a pattern'],
];

/** `(?i)` at the beginning, which both read alike. */
const caseless = /^\(\?i\)/;

const pattern: LiteralRule = (text) => {
  const body = text.replace(caseless, '');
  const parting = regexPartings.find(([sign]) => sign.test(body));
  if (parting !== undefined) return { refused: parting[1], advice: parting[2] };
  const spelled = withClasses(body);
  return spelled === undefined
    ? { refused: 'a negated class inside a class of a pattern', advice: '[^…]' }
    : { text: `${caseless.exec(text)?.[0] ?? ''}${spelled}` };
};

/** The classes that are ASCII to Trino, as RE2 takes them: its white space has no vertical tab. */
const asciiClasses: Readonly<Record<string, string | undefined>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: '\t\n\v\f\r ',
};

/** A pattern with its classes in full; undefined where a negated one stands inside a class. */
function withClasses(text: string): string | undefined {
  let inClass = false;
  let isWhole = true;
  const written = text.replaceAll(/\\.|\[\^?\]?|\]/gsu, (token) => {
    if (token.startsWith('[') && !inClass) inClass = true;
    else if (token === ']') inClass = false;
    const letters = asciiClasses[token.slice(1).toLowerCase()];
    if (token[0] !== '\\' || letters === undefined) return token;
    const isNegated = token !== token.toLowerCase();
    if (inClass && isNegated) isWhole = false;
    return inClass ? letters : `[${isNegated ? '^' : ''}${letters}]`;
  });
  return isWhole ? written : undefined;
}

/**
 * Whether a pattern can match an empty text elsewhere than at the beginning: the engines count and cut such matches
 * apart. It is read from the pattern's structure, since running a stranger's pattern in JavaScript may take for ever.
 */
function findsNothing(text: string): boolean {
  // Of each open group: whether one of its finished alternatives, and whether all so far of the present one, can be
  // empty.
  const open = [{ some: false, present: true }];
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    const frame = open.at(-1);
    if (frame === undefined) return false;
    let empty = character === '$';
    if (character === '(') {
      open.push({ some: false, present: true });
      if (text.startsWith('?:', i + 1)) i += 2;
      continue;
    }
    if (character === '|') {
      frame.some ||= frame.present;
      frame.present = true;
      continue;
    }
    if (character === ')') {
      open.pop();
      empty = frame.some || frame.present;
    } else if (character === '\\') i++;
    else if (character === '[') {
      classPattern.lastIndex = i;
      i += (classPattern.exec(text)?.[0].length ?? text.length) - 1;
    }
    quantifierPattern.lastIndex = i + 1;
    const quantifier = quantifierPattern.exec(text)?.[0] ?? '';
    i += quantifier.length;
    const around = open.at(-1);
    if (around) around.present &&= empty || /^(?:[?*]|\{0)/.test(quantifier);
  }
  const [whole] = open;
  return open.length === 1 && whole !== undefined && (whole.some || whole.present);
}

const classPattern = /\[\^?\]?(?:[^\]\\]|\\.)*\]/y;
const quantifierPattern = /(?:[?*+]|\{\d+(?:,\d*)?\})\??/y;

const emptyMatch = { refused: 'a pattern that also matches an empty text', advice: '+ for *, {1,} for {0,}' };

/**
 * What is refused as it stands, or for an empty match: only a pattern that both engines read has a structure to look
 * at.
 */
const refusedOr = (rule: ReturnType<LiteralRule>, matchesNothing: () => boolean): ReturnType<LiteralRule> =>
  !('refused' in rule) && matchesNothing() ? emptyMatch : rule;

/** A pattern whose matches are counted or replaced. */
const pieces: LiteralRule = (text) => refusedOr(pattern(text), () => findsNothing(text.replace(caseless, '')));

/** A pattern at which a text is cut: Trino cuts an empty text at an empty match as well. */
const parting: LiteralRule = (text) =>
  refusedOr(pattern(text), () => findsNothing(text.replace(caseless, '')) || /^\^?(?:\.\*)?\$?$/.test(text));

/**
 * A pattern of which one match is looked for: Joni misses an empty one at the end of a text whose last letter is beyond
 * ASCII.
 */
const search: LiteralRule = (text) =>
  refusedOr(pattern(text), () => text.includes('$') && findsNothing(text.replace(caseless, '')));

/** Java writes a group as `$1`, RE2 as `\1`. */
const replacement: LiteralRule = (text) => {
  if (/\\|\$(?![0-9](?![0-9]))/.test(text)) return { refused: 'a replacement with \\ or with other than $0 to $9' };
  return { text: text.replaceAll(/\$([0-9])/g, String.raw`\$1`) };
};

/** Paths of plain fields and indices: the engines read `*`, `..` and filters apart. */
const path: LiteralRule = (text) =>
  /^\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\]|\["[^"\\*]+"\])*$/.test(text)
    ? { text: text.replaceAll(/\["([^"]+)"\]/g, '."$1"') }
    : { refused: `the JSON path '${text}'`, advice: "'$.a.b[0]', of members and indices" };

/** A zone of the tz database by its place. */
export const timeZone: LiteralRule = (text) =>
  /^[A-Z][A-Za-z]+(?:\/[A-Za-z_]+)+$/.test(text)
    ? { text }
    : { refused: `the zone '${text}'`, advice: "'UTC', or one such as 'Europe/Paris'" };

/** The forms that a parameter in brackets may name. */
export const literalRules: Readonly<Record<string, LiteralRule | undefined>> = {
  'day unit': oneOf(dayUnits),
  'time unit': oneOf(timeUnits),
  unit: oneOf([...timeUnits, ...dayUnits]),
  format: format(Object.keys(formatLetters).join('')),
  'parse format': format(parsed),
  'parse joda': parsedJoda,
  pattern: search,
  pieces,
  parting,
  joda,
  replacement,
  path,
  zone: timeZone,
  utc: oneOf(['utc']),
};

/**
 * Whether a group of a pattern takes part in every match; where it need not, Trino answers NULL and RE2 an empty
 * string.
 */
export function groupAlwaysMatches(source: string, group: number): boolean {
  const open: { readonly number: number; alternatives: boolean }[] = [{ number: 0, alternatives: false }];
  let [groups, inClass] = [0, false];
  const optional = new Set<number>();
  const alternating = new Set<number>();
  const ancestors = new Map<number, readonly number[]>();
  let passing = -1;
  for (let i = 0; i < source.length; i++) {
    const character = source[i];
    if (character === '\\') i++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') {
      const number = source[i + 1] === '?' ? passing-- : ++groups;
      ancestors.set(
        number,
        open.map((frame) => frame.number),
      );
      open.push({ number, alternatives: false });
    } else if (character === '|') {
      const frame = open.at(-1);
      if (frame !== undefined) alternating.add(frame.number);
    } else if (character === ')') {
      const frame = open.pop();
      if (frame !== undefined && /^(?:[?*]|\{0)/.test(source.slice(i + 1))) optional.add(frame.number);
    }
  }
  if (group === 0) return true;
  const around = ancestors.get(group);
  return (
    around !== undefined &&
    !optional.has(group) &&
    around.every((number) => !optional.has(number) && !alternating.has(number))
  );
}

/** The texts that both engines read as the same value of a type; Trino refuses what DuckDB is lenient about. */
const exactTexts: Readonly<Record<string, RegExp | undefined>> = {
  integer: /^[+-]?[0-9]+$/,
  bigint: /^[+-]?[0-9]+$/,
  decimal: /^[+-]?[0-9]+(?:\.[0-9]+)?$/,
  double: /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/,
  date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  timestamp: /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})?)?$/,
  boolean: /^(?:true|false)$/i,
};

export const isExactText = (type: string, text: string): boolean => exactTexts[type]?.test(text) === true;

/** Whether the text of a date or a timestamp, in the form that both engines read, is a moment of the calendar. */
export function isOfCalendar(text: string): boolean {
  const iso = `${text.slice(0, 10)}T${text.slice(11, 19) || '00:00:00'}`;
  const time = Date.parse(`${iso}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso);
}
