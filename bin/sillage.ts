/** What a person runs: `npx sillage --help`. */
import { endWithParent } from '../localstack/cli/orphan.ts';
import { mindThePipes } from '../localstack/cli/pipes.ts';
import { main } from '../localstack/cli/program.ts';

mindThePipes();
endWithParent();
process.exitCode = await main(process.argv);
