/** The mutations of a SQL text, by its tokens. */
import type { Edit } from './mutant.ts';
import { sqlTokens, type Token } from './sql-tokens.ts';

const symbols: ReadonlyMap<string, readonly string[]> = new Map([
  ['=', ['<>']],
  ['<>', ['=']],
  ['!=', ['=']],
  ['<', ['<=']],
  ['<=', ['<']],
  ['>', ['>=']],
  ['>=', ['>']],
  ['+', ['-']],
  ['-', ['+']],
  ['*', ['/']],
  ['/', ['*']],
]);

const functions: ReadonlyMap<string, string> = new Map([
  ['MIN', 'max'],
  ['MAX', 'min'],
  ['MIN_BY', 'max_by'],
  ['MAX_BY', 'min_by'],
  ['LEAST', 'greatest'],
  ['GREATEST', 'least'],
  ['LOWER', ''],
  ['UPPER', ''],
  ['TRIM', ''],
]);

/** Words that stand between expressions: none of them is the end of one. */
const keywords = new Set(
  (
    'SELECT DISTINCT FROM WHERE AND OR NOT ON HAVING BY AS CASE WHEN THEN ELSE IN BETWEEN LIKE IS RETURN ' +
    'INTERVAL FILTER'
  ).split(' '),
);
/** What a condition begins behind. */
const begins = new Set('WHERE ON HAVING WHEN AND OR SELECT THEN ELSE AS BY NOT BETWEEN'.split(' '));
/** What ends a condition, or an item of a list, at its own depth. */
const ends = new Set(
  'WHERE GROUP ORDER HAVING LIMIT UNION JOIN LEFT INNER CROSS FULL THEN ELSE END WHEN ROWS RANGE AS SELECT FROM'.split(
    ' ',
  ),
);
/** Types whose numbers in brackets say how exactly a value is kept. */
const types = new Set(['DECIMAL', 'VARCHAR', 'TIMESTAMP', 'CHAR']);

/** Every mutation of a SQL text, in its order. */
export function sqlEdits(source: string): Edit[] {
  const tokens = sqlTokens(source);
  const edits: Edit[] = [];
  const at = (i: number): Token | undefined => tokens[i];
  const word = (i: number) => (at(i)?.kind === 'word' ? at(i)?.text : undefined);
  const edit = (from: number, to: number, text: string) => {
    const first = at(from);
    const last = at(to);
    if (first && last && first.start <= last.end) edits.push({ start: first.start, end: last.end, text });
  };
  /** Whether an operator here has something on its left. */
  const hasLeft = (i: number) => {
    const left = at(i - 1);
    if (left === undefined) return false;
    return left.kind === 'symbol' ? [')', ']', '}'].includes(left.text) : !keywords.has(left.text);
  };
  /** The last token before what ends a condition or an item that begins at `i`. */
  const lastOf = (i: number, isEnd: (token: Token) => boolean) => {
    const depth = at(i)?.depth ?? 0;
    let last = i;
    for (let next = i + 1; next < tokens.length; next += 1) {
      const token = tokens[next];
      if (token === undefined || token.depth < depth) break;
      if (token.depth === depth && (token.text === ',' || token.text === ';' || isEnd(token))) break;
      last = next;
    }
    return last;
  };
  const isEnd = ({ kind, text }: Token) => kind === 'word' && ends.has(text);
  const isJoined = ({ kind, text }: Token) => kind === 'word' && (text === 'AND' || text === 'OR');
  /** Whether the AND at `i` belongs to a BETWEEN. */
  const isOfBetween = (i: number) => {
    const depth = at(i)?.depth;
    for (let back = i - 1; back >= 0 && (at(back)?.depth ?? 0) >= (depth ?? 0); back -= 1) {
      if (at(back)?.depth !== depth) continue;
      if (word(back) === 'BETWEEN') return true;
      if (['AND', 'OR', 'WHERE', 'ON', 'WHEN'].includes(word(back) ?? '')) return false;
    }
    return false;
  };

  /** Whether the WHEN at `i` has a condition, and not a value that is compared with the one of its CASE. */
  const isSearched = (i: number) => {
    const depth = at(i)?.depth;
    let inner = 0;
    for (let back = i - 1; back >= 0; back -= 1) {
      if (at(back)?.depth !== depth) continue;
      if (word(back) === 'END') inner += 1;
      else if (word(back) === 'CASE' && inner > 0) inner -= 1;
      else if (word(back) === 'CASE') return word(back + 1) === 'WHEN';
    }
    return false;
  };

  /** One conjunct of a chain is dropped: the one behind an AND, and the first by the AND that follows it. */
  function dropConjunct(i: number): void {
    const depth = at(i)?.depth;
    edit(
      i,
      lastOf(i + 1, (token) => isEnd(token) || isJoined(token)),
      '',
    );
    let first = i;
    for (let back = i - 1; back >= 0 && (at(back)?.depth ?? 0) >= (depth ?? 0); back -= 1) {
      if (at(back)?.depth === depth && (begins.has(word(back) ?? '') || at(back)?.text === ',')) break;
      first = back;
    }
    if (first < i && !['AND', 'OR', 'BETWEEN', 'NOT'].includes(word(first - 1) ?? '')) edit(first, i, '');
  }

  /** The items of a list after ORDER BY or PARTITION BY: each may be missing, and be sorted the other way. */
  function changeItems(begin: number, isSorted: boolean): void {
    const items: [first: number, last: number][] = [];
    for (let first = begin; ;) {
      const last = lastOf(first, isEnd);
      const ended = lastOf(first, (token) => isEnd(token) || token.text === 'ORDER');
      items.push([first, Math.min(last, ended)]);
      if (at(last + 1)?.text !== ',' || at(last + 1)?.depth !== at(first)?.depth) break;
      first = last + 2;
    }
    for (const [n, [first, last]] of items.entries()) {
      if (items.length > 1) edit(n === 0 ? first : first - 1, n === 0 ? last + 1 : last, '');
      if (!isSorted) continue;
      if (word(last) === 'DESC') edit(last, last, '');
      else if (word(last) === 'ASC') edit(last, last, 'DESC');
      else edit(last, last, `${source.slice(at(last)?.start, at(last)?.end)} DESC`);
    }
  }

  function changeWord(i: number, text: string): void {
    const next = word(i + 1);
    const isCall = at(i + 1)?.text === '(';
    const argument = i + 2;
    if (text === 'AND' && !isOfBetween(i)) {
      edit(i, i, 'OR');
      dropConjunct(i);
    } else if (text === 'OR' && at(i - 1)?.text !== 'CREATE') edit(i, i, 'AND');
    else if (text === 'WHERE' || text === 'HAVING') edit(i + 1, lastOf(i + 1, isEnd), 'true');
    else if (text === 'WHEN' && isSearched(i)) edit(i + 1, lastOf(i + 1, isEnd), 'false');
    else if (text === 'NOT' && word(i - 1) !== 'IS' && word(i - 1) !== 'NOT') edit(i, i, '');
    else if (text === 'IS' && next === 'NULL') edit(i + 1, i + 1, 'NOT NULL');
    else if (text === 'IS' && next === 'NOT' && word(i + 2) === 'NULL') edit(i + 1, i + 2, 'NULL');
    else if (text === 'UNION') edit(i, next === 'ALL' ? i + 1 : i, next === 'ALL' ? 'UNION' : 'UNION ALL');
    else if (text === 'LEFT' && next === 'JOIN') edit(i, i, '');
    else if (text === 'JOIN' && !['LEFT', 'CROSS', 'FULL', 'RIGHT', 'OUTER'].includes(word(i - 1) ?? ''))
      edit(i, i, 'LEFT JOIN');
    else if (text === 'DISTINCT') edit(i, i, '');
    else if (text === 'BY' && (word(i - 1) === 'ORDER' || word(i - 1) === 'PARTITION'))
      changeItems(i + 1, word(i - 1) === 'ORDER');
    else if (isCall && functions.has(text)) edit(i, i, functions.get(text) ?? '');
    else if (isCall && ['COALESCE', 'NULLIF'].includes(text)) {
      const first = lastOf(argument, () => false);
      const closing = tokens.findIndex((token, j) => j > i + 1 && token.depth === at(i + 1)?.depth);
      if (closing > first) edit(i, closing, `(${source.slice(at(argument)?.start, at(first)?.end)})`);
    }
  }

  for (const [i, { kind, text }] of tokens.entries()) {
    const before = word(i - 1);
    if (kind === 'word') changeWord(i, text);
    else if (kind === 'number') {
      if (at(i - 1)?.text === '(' && types.has(word(i - 2) ?? '')) continue;
      if (at(i - 1)?.text === ',' && at(i - 3)?.text === '(' && types.has(word(i - 4) ?? '')) continue;
      edit(
        i,
        i,
        text.replace(/^\d+/u, (whole) => String(Number(whole) + 1)),
      );
      if (Number(text) >= 1)
        edit(
          i,
          i,
          text.replace(/^\d+/u, (whole) => String(Number(whole) - 1)),
        );
    } else if (kind === 'string') {
      if (before === 'INTERVAL')
        edit(
          i,
          i,
          text.replace(/\d+/u, (days) => String(Number(days) + 1)),
        );
      else if (text !== "''" && !['DATE', 'TIMESTAMP', 'DECIMAL'].includes(before ?? '')) edit(i, i, "''");
    } else if (hasLeft(i)) for (const other of symbols.get(text) ?? []) edit(i, i, other);
  }
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}
