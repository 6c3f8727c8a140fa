import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Command } from 'commander';
import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { assistantServer } from '../localstack/embedded/mcp/assistant-server.ts';
import { readerProcess } from '../localstack/embedded/reader/reader-process.ts';
import { lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { untilInterrupted } from './interrupted.ts';
import { defaultMemoryMb, memoryArgument, secondsArgument } from './limits.ts';
import { openLake } from './open-lake.ts';
import { portArgument } from './port-argument.ts';
import { say } from './say.ts';
import { packageOf } from './version.ts';

interface Flags {
  readonly lake: string;
  readonly http?: boolean;
  readonly port?: number;
  readonly timeout: number;
  readonly memory?: number;
}

/** Beside the collector's. */
const defaultMcpPort = 8790;
/** Half a minute: an assistant waits for the answer, and can ask for less. */
const assistantSeconds = 30;
const leastToken = 32;

/** The token of the door: the one that the environment gives, or one for this time. @throws UsageError */
function tokenOf(environment: NodeJS.ProcessEnv): { readonly token: string; readonly isNew: boolean } {
  const token = environment['SILLAGE_MCP_TOKEN'] ?? '';
  if (token === '') return { token: randomBytes(32).toString('base64url'), isNew: true };
  if (token.length < leastToken || !/^[\w.~+/=-]+$/.test(token))
    throw new UsageError(
      `SILLAGE_MCP_TOKEN must have at least ${leastToken} letters, digits or any of . _ ~ + / = -, such as ` +
        '"openssl rand -hex 32" gives.',
    );
  return { token, isNew: false };
}

/** `sillage mcp`. */
export function mcpCommand(): Command {
  const command = new Command('mcp')
    .description('let an assistant ask the lake (Model Context Protocol): read-only, without anything of one person')
    .option('--http', 'serve HTTP on this machine in place of standard input and output')
    .option('--port <n>', `with --http: where to listen (default ${defaultMcpPort})`, portArgument)
    .option('--timeout <seconds>', 'how long one query may work', secondsArgument, assistantSeconds)
    .option(
      '--memory <size>',
      "how much memory all queries together may take, as 500MB or 4GB (default half of the machine's)",
      memoryArgument,
    )
    .addOption(lakeOption());
  return command
    .addHelpText(
      'after',
      helpText(`
Tools: list_tables, describe_table, describe_metrics, query, roi, incremental, compare_periods, influencers, budget,
data_quality. Queries pass the gate of "sillage query". Columns that tell one person from another (pseudonyms, ids of
customers, buyers, visitors, sessions) are not there: not by name, not in *, not behind a view. Raw records are not
there either.

Examples:
  claude mcp add sillage -- node ~/sillage/bin/sillage.mjs mcp --lake ~/shop        an assistant starts it (~/sillage is your clone), and talks over standard input and output
  sillage mcp --http                                             prints the address and a token, valid until you stop it
  SILLAGE_MCP_TOKEN=$(openssl rand -hex 32) sillage mcp --http   with a token of your own

Over HTTP the token is needed ("Authorization: Bearer …"), and only programs of this machine are answered.`),
    )
    .action(async ({ lake, http, port, timeout, memory = defaultMemoryMb() }: Flags) => {
      if (!http && port !== undefined) throw new UsageError('--port is for --http.');
      // Told here, and not to the assistant as the answer to its first question.
      await openLake(lake);
      const reader = readerProcess({ lake, withholdsPersons: true, memoryMb: memory });
      const onProblem = (error: unknown) => say(error instanceof Error ? error.message : String(error));
      const { version } = packageOf();
      const server = () => assistantServer({ reader, version, timeoutMs: timeout * 1000, onProblem });
      try {
        await untilInterrupted(async (signal) => {
          if (http) {
            const { serveMcp } = await import('../localstack/embedded/mcp/http.ts');
            const { token, isNew } = tokenOf(process.env);
            const served = await serveMcp({ server, token, port: port ?? defaultMcpPort, onProblem }).catch(
              (error: unknown) => {
                throw codeOf(error) === 'EADDRINUSE'
                  ? new UsageError(`Port ${port ?? defaultMcpPort} is taken. Choose another with --port.`)
                  : error;
              },
            );
            process.stdout.write(
              `MCP over HTTP: ${served.url}\n${isNew ? `Token:         ${token}\n` : ''}Ctrl-C ends it.\n`,
            );
            if (!signal.aborted) await once(signal, 'abort');
            await served.close();
          } else {
            const { serveStdio, StdioServerTransport } = await import('@modelcontextprotocol/server/stdio');
            // Nothing else may write there: it is the way of the protocol.
            const transport = new StdioServerTransport();
            const handle = serveStdio(server, { transport, onerror: onProblem });
            await Promise.race([once(process.stdin, 'end'), once(process.stdin, 'close'), once(signal, 'abort')]);
            await handle.close();
          }
        });
      } finally {
        await reader.close();
      }
    });
}
