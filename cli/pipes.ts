import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { say } from './say.ts';

/**
 * A reader that has seen enough (`sillage query … | head -1`) is no failure: the work goes on, what nobody reads goes
 * nowhere.
 */
export function mindThePipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error) => {
      if (codeOf(error) === 'EPIPE') return;
      if (stream === process.stdout) say(`What was asked for cannot be written: ${error.message}`);
      process.exit(1);
    });
  }
}
