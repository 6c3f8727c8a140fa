import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { QueryFailed, UnportableSql, type Warehouse } from '../../lambdas/shared/ports/warehouse.ts';
import { render, type Format } from './output.ts';
import { statementsOf } from './statements.ts';

/** Where a person types, where they see what they type, and where the answers go. */
export interface Terminal {
  readonly input: Readable;
  readonly screen: Writable;
  readonly answers: Writable;
}

const help = `Type one SELECT of Trino SQL over as many lines as it takes, and end it with ;
  SHOW TABLES            what there is
  DESCRIBE orders        the columns of a table, their types and meaning
  quit                   leaves, as Ctrl-D does; Ctrl-C clears what was typed, and leaves where nothing was
`;

/** What a line says by itself, where no statement was begun before it: these need no semicolon. */
function wordOf(line: string): 'leave' | 'help' | 'statement' | undefined {
  const word = line.trim().replace(/;$/, '').trim().toLowerCase();
  if (word === 'exit' || word === 'quit') return 'leave';
  if (word === 'help') return 'help';
  return /^(?:show\s+tables|show\s+columns\s+from\s+\w+|desc(?:ribe)?\s+\w+)$/.test(word) ? 'statement' : undefined;
}

const isMistake = (error: unknown): error is Error => error instanceof QueryFailed || error instanceof UnportableSql;

/** Answers the statements that a person types until the input ends: each when its semicolon has come. A mistake ends nothing. */
export async function interactive(warehouse: Warehouse, format: Format, { input, screen, answers }: Terminal): Promise<void> {
  const lines = createInterface({ input, output: screen, terminal: true });
  let typed = '';
  const ask = () => {
    lines.setPrompt(statementsOf(typed).length === 0 ? 'sillage> ' : '      -> ');
    lines.prompt();
  };
  lines.on('SIGINT', () => {
    if (typed.trim() === '' && lines.line === '') {
      screen.write('\n');
      lines.close();
      return;
    }
    typed = '';
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    screen.write('\n');
    ask();
  });
  screen.write('Trino SQL; end a statement with ; and leave with quit. SHOW TABLES lists what there is, help says more.\n');
  ask();
  for await (const line of lines) {
    const word = statementsOf(typed).length === 0 ? wordOf(line) : undefined;
    if (word === 'leave') break;
    if (word === 'help') screen.write(help);
    else typed += word === 'statement' && !line.includes(';') ? `${line};\n` : `${line}\n`;
    const whole = statementsOf(typed).filter((statement) => statement.isWhole);
    typed = typed.slice(whole.at(-1)?.end ?? 0);
    for (const { sql } of whole) {
      try {
        answers.write(render(await warehouse.query(sql), format));
      } catch (error) {
        if (!isMistake(error)) throw error;
        screen.write(`${error.message}\n`);
      }
    }
    ask();
  }
  lines.close();
}
