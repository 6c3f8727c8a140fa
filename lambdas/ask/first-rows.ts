import type { Json, ReadAnswer } from '../../localstack/embedded/reader/reader.ts';
import type { AnswerValue, StreamedAnswer } from '../shared/ports/warehouse.ts';

/** What one answer may take as JSON, characters: a page that shows more shows nothing. */
const answerCharacters = 8_000_000;

/** A value as JSON has it. */
export const jsonOf = (value: AnswerValue): Json => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, jsonOf(part)]));
};

/** The first rows of an answer; who leaves the loop ends the query. */
export async function firstRows({ columns, rows, notes = [] }: StreamedAnswer, maxRows: number): Promise<ReadAnswer> {
  const taken: Json[][] = [];
  let characters = 0;
  for await (const batch of rows) {
    for (const row of batch) {
      const json = row.map(jsonOf);
      characters += JSON.stringify(json).length;
      if (taken.length === maxRows || characters > answerCharacters)
        return { columns, rows: taken, isCut: true, notes };
      taken.push(json);
    }
  }
  return { columns, rows: taken, isCut: false, notes };
}
