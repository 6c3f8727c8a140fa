import { containerOf } from './container.ts';
import { Refused } from './refused.ts';
import { csvSheet, type Row, type Sheet } from './rows.ts';
import { firstRows } from './heading.ts';
import { encodingOf } from './text.ts';
import { sheetsOf } from './workbook.ts';
import { readFile } from 'node:fs/promises';

/** What a sheet of influencers must tell, and what it may: asked in this order. */
const questions = [
  {
    field: 'handle',
    asks: 'Who is it about (handle or name)?',
    looksLike: /^@|instagram\.com|tiktok\.com/i,
    isNeeded: true,
  },
  { field: 'fee', asks: 'What was paid?', looksLike: /^(?:[€$£] ?)?\d[\d .,']*(?: ?[€$£])?$/, isNeeded: true },
  {
    field: 'start',
    asks: 'On which day (contract or post)?',
    looksLike: /^\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}/,
    isNeeded: true,
  },
  { field: 'platform', asks: 'On which platform?', looksLike: /insta|tik ?tok|you ?tube/i, isNeeded: false },
  { field: 'code', asks: 'With which promo code?', looksLike: /^(?=.*[A-Z])[A-Z0-9_-]{3,20}$/, isNeeded: false },
  { field: 'followers', asks: 'How many followers?', looksLike: /^$/, isNeeded: false },
] as const;

/** A column of the sheet, with the first value that stands in it. */
interface Column {
  readonly name: string;
  readonly example: string;
}

const filled = ({ cells }: Row) => cells.filter((cell) => cell.trim() !== '').length;

/** Asks a person, who answers with a number of the list that was told, or nothing. */
export interface Asker {
  readonly ask: (question: string) => Promise<string>;
  readonly tell: (line: string) => void;
}

/** The first sheet of a file with more than one column; undefined where there is none. @throws Refused */
async function sheetOf(path: string): Promise<Sheet | undefined> {
  const container = await containerOf(path);
  if (container === 'text') return csvSheet(path, await encodingOf(path));
  return container === 'zip' ? (await sheetsOf(await readFile(path)))[0] : undefined;
}

/**
 * Asks what the columns of a spreadsheet mean that nobody could guess; a guess by what stands in them is what an empty
 * answer takes.
 * @returns by heading its field, or undefined where it is no table, or the person does not say what is needed
 */
export async function askHeadings(path: string, { ask, tell }: Asker): Promise<Record<string, string> | undefined> {
  const sheet = await sheetOf(path).catch((error: unknown) => {
    if (error instanceof Refused) return undefined;
    throw error;
  });
  if (!sheet) return undefined;
  const rows = await firstRows(sheet);
  const heading = rows.reduce<Row | undefined>(
    (best, row) => (filled(row) > (best ? filled(best) : 1) ? row : best),
    undefined,
  );
  if (!heading) return undefined;
  const below = rows.filter(({ row }) => row > heading.row);
  const columns = heading.cells.flatMap((name, at) => {
    const example = below.map(({ cells }) => cells[at]?.trim() ?? '').find((cell) => cell !== '');
    return name.trim() === '' ? [] : [{ name: name.trim(), example: example ?? '' }];
  });
  for (const [at, { name, example }] of columns.entries())
    tell(`  ${at + 1}  ${name}${example === '' ? '' : ` (“${example.slice(0, 30)}”)`}`);
  const map: Record<string, string> = {};
  /** Asks until the answer is a column that is still free, or none: a slip of the finger must not lose a column. */
  const chosenOf = async (question: string, guess: Column | undefined): Promise<Column | undefined> => {
    for (;;) {
      const answer = (await ask(question)).trim();
      if (answer === '') return guess;
      if (/^(?:0|none)$/i.test(answer)) return undefined;
      const chosen = columns[Number(answer) - 1];
      const taken = chosen && map[chosen.name];
      if (chosen && taken === undefined) return chosen;
      tell(
        chosen
          ? `  Column ${answer} was named as ${taken} already. Type another number, or 0 for none.`
          : `  There is no column ${answer}: type a number from 1 to ${columns.length}, or 0 for none.`,
      );
    }
  };
  for (const { field, asks, looksLike, isNeeded } of questions) {
    const free = columns.filter(({ name }) => map[name] === undefined);
    const guess = free.find(({ example }) => looksLike.test(example) && example !== '');
    const shown = guess === undefined ? 'none' : String(columns.indexOf(guess) + 1);
    const chosen = await chosenOf(`${asks} Number of the column, 0 for none [${shown}]: `, guess);
    if (chosen !== undefined) map[chosen.name] = field;
    else if (isNeeded) return undefined;
  }
  return map;
}
