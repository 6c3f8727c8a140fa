/** What stands for `@jest/globals` in a process that keeps its tests: they are collected once, and run again and again. */
export { expect } from 'expect';

type Step = (...values: never[]) => unknown;

/** What a file, or a `describe` in it, has: hooks, and tests or further blocks in their order. */
interface Block {
  readonly hooks: Readonly<Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', (() => unknown)[]>>;
  readonly parts: ((() => unknown) | Block)[];
}

const emptyBlock = (): Block => ({ hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] }, parts: [] });

let current = emptyBlock();

const hook = (name: keyof Block['hooks']) => (step: () => unknown) => void current.hooks[name].push(step);
export const beforeAll = hook('beforeAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');
export const afterAll = hook('afterAll');

/** With `each`, as Jest has it: a row that is a list gives several values. */
const withEach = (declare: (name: string, step: () => unknown) => void) =>
  Object.assign(declare, {
    each: (rows: readonly unknown[]) => (name: string, step: Step) => {
      for (const row of rows) declare(name, () => Reflect.apply(step, undefined, Array.isArray(row) ? row : [row]));
    },
  });

export const test = withEach((_name, step) => void current.parts.push(step));

export const describe = withEach((_name, declareParts) => {
  const around = current;
  current = emptyBlock();
  around.parts.push(current);
  declareParts();
  current = around;
});

/** What a module declares while it loads. */
export async function collected(load: () => Promise<unknown>): Promise<Block> {
  const block = (current = emptyBlock());
  await load();
  return block;
}

/** Runs all of a block, up to what fails first. @throws what that threw */
export async function runBlock({ hooks, parts }: Block, before: Step[] = [], after: Step[] = []): Promise<void> {
  const [eachBefore, eachAfter] = [
    [...before, ...hooks.beforeEach],
    [...hooks.afterEach, ...after],
  ];
  const all = async (steps: readonly Step[]) => {
    for (const step of steps) await step();
  };
  try {
    await all(hooks.beforeAll);
    for (const part of parts) {
      if (typeof part !== 'function') {
        await runBlock(part, eachBefore, eachAfter);
        continue;
      }
      try {
        await all(eachBefore);
        await part();
      } finally {
        await all(eachAfter);
      }
    }
  } finally {
    await all(hooks.afterAll);
  }
}
