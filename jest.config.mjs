import { availableParallelism } from 'node:os';

/** Tests stand beside their modules; swc strips the types, `npm run types` checks them. */
export default {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/lake/', '<rootDir>/cdk.out/', '<rootDir>/.cache/'],
  // What is made here: lakes, bundles and their copies, each with a package.json of our name.
  modulePathIgnorePatterns: ['<rootDir>/lake/', '<rootDir>/cdk.out/', '<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  // Of two cores Jest would leave one idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Ends what hangs, and nothing else: how long a test takes says how busy the machine is.
  testTimeout: 900_000,
};
