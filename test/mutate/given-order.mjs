/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-argument, typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- Jest takes this module as plain JavaScript, where its types are not seen. */
import TestSequencer from '@jest/test-sequencer';

/** Jest runs the test files in the order in which they are given. */
export default class GivenOrder extends TestSequencer {
  #order;

  constructor(options) {
    super(options);
    this.#order = options.globalConfig.nonFlagArgs;
  }

  sort(tests) {
    return tests.toSorted((a, b) => this.#order.indexOf(a.path) - this.#order.indexOf(b.path));
  }
}
