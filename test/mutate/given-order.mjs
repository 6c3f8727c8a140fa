/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-return, typescript/no-unsafe-member-access, typescript/no-unsafe-argument -- Jest takes this module as plain JavaScript, where its types are not seen. */
import Sequencer from '@jest/test-sequencer';

/** Test files in the order in which they are named: what kills a mutant most likely comes first. */
export default class GivenOrder extends Sequencer {
  sort(tests) {
    const place = (test) => process.argv.indexOf(test.path);
    return tests.toSorted((a, b) => place(a) - place(b));
  }
}
