/** What a person runs: `npx sillage --help`. */
import { endWithParent } from '../cli/orphan.ts';
import { mindThePipes } from '../cli/pipes.ts';
import { main } from '../cli/program.ts';

// The SDK would say beside every answer that it will leave Node 20 one day; what it needs is told by package.json.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
mindThePipes();
endWithParent();
const code = await main(process.argv);
process.exitCode = code;
// An engine in the middle of one huge operation hears no interrupt, and would keep the process for as long.
if (code >= 4) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3000).unref();
