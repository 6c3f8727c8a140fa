/** What a person runs: `npx sillage --help`. */
import { mindThePipes } from '../localstack/cli/pipes.ts';
import { main } from '../localstack/cli/program.ts';

mindThePipes();
process.exitCode = await main(process.argv);
