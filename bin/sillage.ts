/** What a person runs: `npx sillage --help`. */
import { main } from '../localstack/cli/program.ts';

process.exitCode = await main(process.argv);
