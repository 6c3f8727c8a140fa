/**
 * `npm run bundle`: makes the bundles of the functions, for arm64 or for the processor that is named: `npm run bundle
 * -- x64`.
 */
import * as z from 'zod';
import { bundle, bundlesFolder } from '../cdk/bundle.ts';
import { platforms } from '../cdk/duckdb-package.ts';

const platform = z.enum(platforms).default('arm64').parse(process.argv[2]);
await bundle({ platform, out: bundlesFolder(platform) });
process.stdout.write(`${bundlesFolder(platform)}\n`);
