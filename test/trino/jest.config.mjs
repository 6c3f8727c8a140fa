/** The proof against Trino is a run of its own: `npm run test:trino` starts what it needs and says where it is. */
import base from '../../jest.config.mjs';

export default { ...base, rootDir: '../../', testMatch: ['<rootDir>/test/trino/*.trino.ts'] };
