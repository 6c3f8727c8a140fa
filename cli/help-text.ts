import type { AddHelpTextContext } from 'commander';
import stringWidth from 'string-width';
import { wrapped } from './cut.ts';

/** Wider than that nobody reads a sentence, however wide the terminal is. */
const widest = 120;
/** Where neither a terminal nor commander says otherwise. */
const usual = 80;

/** Before an example, and before what goes on with one. */
const [indent, deeper] = ['  ', '      '];

/** A part of a command line, and what a line that ends with it ends with: between quotes a line's end is a space. */
interface Part {
  readonly text: string;
  readonly end: ' \\' | '';
}

/** The words between which a command line may be broken, and still be pasted. */
function wordsOf(command: string): Part[] {
  const parts: Part[] = [];
  let [text, quote, isValue] = ['', '', false];
  for (const sign of command) {
    // What is quoted within a quoted text is a value: a line's end would be a part of it.
    if (sign === ' ' && !isValue) {
      parts.push({ text, end: quote === '' ? ' \\' : '' });
      text = '';
      continue;
    }
    text += sign;
    if (sign !== '"' && sign !== "'") continue;
    if (quote === '') quote = sign;
    else if (sign === quote) [quote, isValue] = ['', false];
    else isValue = !isValue;
  }
  return [...parts, { text, end: '' }];
}

/** The same, where no option is parted from its value. */
function partsOf(command: string): Part[] {
  const parts: Part[] = [];
  for (const { text, end } of wordsOf(command)) {
    const before = parts.at(-1);
    if (before?.end === ' \\' && /^--\S+$/.test(before.text) && /^[^-|<>]/.test(text))
      parts.splice(-1, 1, { text: `${before.text} ${text}`, end });
    else parts.push({ text, end });
  }
  return parts;
}

/** A command line in lines that are no wider, which can be pasted as they stand. */
function continued(command: string, width: number): string[] {
  const lines: string[] = [];
  let [line, ending] = ['', ''];
  for (const { text, end } of partsOf(command)) {
    const longer = line === '' ? `${indent}${text}` : `${line} ${text}`;
    if (line === '' || stringWidth(longer + end) <= width) line = longer;
    else {
      lines.push(line + ending);
      line = `${deeper}${text}`;
    }
    ending = end;
  }
  return [...lines, line];
}

/** An example, with what it does behind it, or below it where it does not fit. */
function example(line: string, width: number): string[] {
  if (stringWidth(line) <= width) return [line];
  const { command = '', remark } = /^ +(?<command>.*?)(?: {3,}(?<remark>\S.*))?$/.exec(line)?.groups ?? {};
  const beside = `${indent}${command}   ${remark}`;
  if (remark !== undefined && stringWidth(beside) <= width) return [beside];
  const remarks = remark === undefined ? [] : wrapped(remark, width - deeper.length).map((one) => deeper + one);
  return [...continued(command, width), ...remarks];
}

/** Sentences and examples (lines that are indented) in lines that are no wider. An empty line parts paragraphs. */
export function fitted(text: string, width: number): string {
  const lines: string[] = [];
  let sentences: string[] = [];
  const flush = () => {
    if (sentences.length > 0) lines.push(...wrapped(sentences.join(' '), width));
    sentences = [];
  };
  for (const line of text.split('\n')) {
    if (line !== '' && !line.startsWith(' ')) sentences.push(line);
    else {
      flush();
      lines.push(...example(line, width));
    }
  }
  flush();
  return lines.join('\n');
}

/** What stands below the options in a command's `--help`, as wide as the terminal. */
export const helpText =
  (text: string) =>
  ({ command, error }: AddHelpTextContext): string => {
    const output = command.configureOutput();
    const width = error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.();
    return fitted(text, Math.min(width ?? usual, widest));
  };
