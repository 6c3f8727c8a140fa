import { availableParallelism } from 'node:os';

/** @param {{ syntax: 'typescript', tsx?: boolean }} parser */
const swc = (parser) => ({
  jsc: { target: 'es2022', parser, transform: { react: { runtime: 'automatic', importSource: 'preact' } } },
  module: { type: 'es6' },
});

/** Tests stand beside their modules; swc strips the types, `npm run types` checks them. */
export default {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/lake/', '<rootDir>/cdk.out/', '<rootDir>/.cache/'],
  // What is made here: lakes, bundles and their copies, each with a package.json of our name.
  modulePathIgnorePatterns: ['<rootDir>/lake/', '<rootDir>/cdk.out/', '<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.ts$': ['@swc/jest', swc({ syntax: 'typescript' })],
    '\\.tsx$': ['@swc/jest', swc({ syntax: 'typescript', tsx: true })],
  },
  // Of two cores Jest would leave one idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Ends what hangs, and nothing else: how long a test takes says how busy the machine is.
  testTimeout: 900_000,
};
