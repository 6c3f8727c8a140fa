import { once } from 'node:events';
import { Command, Option } from 'commander';
import { QueryFailed } from '../lambdas/shared/ports/warehouse.ts';
import { lakeReader } from '../localstack/embedded/reader/lake-reader.ts';
import { Asked, failureOf, type Told } from '../localstack/embedded/reader/messages.ts';
import { atOnce } from '../localstack/embedded/reader/reader-process.ts';
import { lakeOption, UsageError } from './context.ts';
import { memoryArgument, watchMemory } from './limits.ts';
import { openLake } from './open-lake.ts';

interface Flags {
  readonly lake: string;
  readonly memory: number;
  readonly persons: boolean;
}

/**
 * `sillage answer`: the process that answers what a browser or an assistant asks, over the channel to the one that
 * started it. People have no use for it: without a channel it says so.
 */
export function answerCommand(): Command {
  return new Command('answer')
    .description('answer queries over the channel of the process that started this one')
    .addOption(new Option('--memory <size>', 'what all queries together may take').argParser(memoryArgument))
    .option('--no-persons', 'keep from queries what tells one person from another')
    .addOption(lakeOption())
    .action(async ({ lake: address, memory, persons }: Flags) => {
      const send = process.send?.bind(process);
      if (send === undefined) throw new UsageError('Nobody is there to ask: "sillage query" asks the lake yourself.');
      const reader = lakeReader(await openLake(address), {
        withholdsPersons: !persons,
        memoryLimitMb: Math.floor(memory / atOnce),
      });
      const underWay = new Map<number, AbortController>();
      watchMemory(memory, {
        onBeyond: (reason) => underWay.forEach((query) => query.abort(reason)),
        onFarBeyond: () => process.kill(process.pid, 'SIGKILL'),
      });
      const answerTo = async (asked: Exclude<Asked, { ask: 'end' }>): Promise<Told> => {
        const { id } = asked;
        const ending = new AbortController();
        underWay.set(id, ending);
        try {
          const answer =
            asked.ask === 'pipeline'
              ? await reader.pipeline(ending.signal)
              : await reader.query(asked.sql, { ...asked, signal: ending.signal });
          return { id, answer };
        } catch (error) {
          return { id, failure: failureOf(error) };
        } finally {
          underWay.delete(id);
        }
      };
      process.on('message', (message: unknown) => {
        const asked = Asked.parse(message);
        if (asked.ask === 'end')
          underWay.get(asked.id)?.abort(new QueryFailed('Nobody waits for the answer any more.'));
        else void answerTo(asked).then((told) => send(told));
      });
      process.channel?.ref();
      if (process.connected) await once(process, 'disconnect');
    });
}
