/** JSON documents that hold records, changed in their text: what is not changed keeps its every sign. */

interface Span {
  readonly key: string | undefined;
  readonly from: number;
  readonly to: number;
}

const token = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+|"/gs;

/**
 * The values that stand one after the other between two places of a text: the elements of a list, the fields of an
 * object, or texts on their own. The last one may be cut off.
 */
function valuesIn(text: string, from: number, to: number): Span[] {
  const values: Span[] = [];
  let depth = 0;
  let begun: number | undefined;
  let end = from;
  let key: string | undefined;
  const close = () => {
    if (begun !== undefined) values.push({ key, from: begun, to: end });
    begun = undefined;
    key = undefined;
  };
  token.lastIndex = from;
  for (let match = token.exec(text); match !== null && match.index < to; match = token.exec(text)) {
    const [mark] = match;
    if (depth === 0 && mark === ',') close();
    else if (depth === 0 && mark === ':') {
      key = begun === undefined ? undefined : text.slice(begun + 1, end - 1);
      begun = undefined;
    } else {
      // Documents may follow each other without a sign between them.
      if (depth === 0 && begun !== undefined && (mark === '{' || mark === '[')) close();
      begun ??= match.index;
      depth += mark === '{' || mark === '[' ? 1 : mark === '}' || mark === ']' ? -1 : 0;
      end = Math.min(to, match.index + mark.length);
    }
  }
  if (depth > 0) end = to;
  close();
  return values;
}

/** What becomes of a record's text: another, or nothing. */
export type Change = (record: string) => string | undefined;

/** The text of a container with its values changed; those that go take the sign before them, or behind, along. */
function withValues(
  text: string,
  { from, to }: Span,
  values: readonly Span[],
  changed: readonly (string | undefined)[],
): string {
  const [first, second] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined) return text.slice(from, to);
  if (!changed.includes(undefined)) {
    let at = from;
    let made = '';
    for (const [i, value] of values.entries()) {
      made += text.slice(at, value.from) + (changed[i] ?? '');
      at = value.to;
    }
    return made + text.slice(at, to);
  }
  const between = second === undefined ? '' : text.slice(first.to, second.from);
  return (
    text.slice(from, first.from) + changed.filter((one) => one !== undefined).join(between) + text.slice(last.to, to)
  );
}

/** One value: a list of records, an answer of an API that wraps them, or a record. */
function changedValue(text: string, span: Span, plural: string, change: Change): string | undefined {
  const { from, to } = span;
  const asItIs = text.slice(from, to);
  const inside = valuesIn(text, from + 1, /[\]}]/.test(text[to - 1] ?? '') ? to - 1 : to);
  if (text[from] === '[')
    return withValues(
      text,
      span,
      inside,
      inside.map((one) => changedValue(text, one, plural, change)),
    );
  if (text[from] !== '{') return change(asItIs);
  const list = inside.find(({ key, from: begin }) => key === plural && text[begin] === '[');
  if (list !== undefined) {
    const made = changedValue(text, list, plural, change) ?? '[]';
    return text.slice(from, list.from) + made + text.slice(list.to, to);
  }
  const [only, ...others] = inside;
  if (only !== undefined && others.length === 0 && only.key === plural.replace(/s$/, '') && text[only.from] === '{') {
    const made = change(text.slice(only.from, only.to));
    return made === undefined ? undefined : text.slice(from, only.from) + made + text.slice(only.to, to);
  }
  return change(asItIs);
}

/** Changes the records of a document, or of several that follow each other. */
export function changedDocument(text: string, plural: string, change: Change): string {
  let at = 0;
  let made = '';
  for (const value of valuesIn(text, 0, text.length)) {
    const changed = changedValue(text, value, plural, change);
    made += text.slice(at, value.from) + (changed ?? '');
    at = value.to;
  }
  return made + text.slice(at);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Larger ones are judged by their beginning. */
const wholeBytes = 2 ** 26;

/** What `isLines` is told of a text, so that a large one need not be held as a whole. */
export const beginningOf = (plain: Buffer): Buffer => (plain.length > wholeBytes ? plain.subarray(0, 2 ** 20) : plain);

/** Whether a text is one record a line, as `transform` reads it; else it is a document. */
export function isLines(text: string, plural: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = lines[0]?.trim() ?? '';
  if (first.startsWith('[')) return false;
  const value = parsed(first);
  if (isObject(value)) {
    const names = Object.keys(value);
    return !names.includes(plural) && !(names.length === 1 && names[0] === plural.replace(/s$/, ''));
  }
  if (!first.startsWith('{')) return true;
  // In a document over many lines, few begin an object at their beginning.
  if (lines.every((line) => line.startsWith('{'))) return true;
  return lines.some((line) => isObject(parsed(line))) && parsed(text) === undefined;
}
