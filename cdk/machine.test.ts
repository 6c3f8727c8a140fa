import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { pipeline, stepName, tablesOfStream } from '../lambdas/pipeline.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { machineOf, statesOf, states } from './machine.ts';

const catalog = loadCatalog();
const steps = pipeline(catalog);
const ofStream = tablesOfStream(catalog);
const machine = machineOf(steps, { arnOf: (name) => `arn:${name}`, maxConcurrency: 7, ofStream });

const State = z.looseObject({
  Type: z.enum(['Task', 'Map', 'Choice', 'Wait', 'Succeed', 'Fail']),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).default([]),
  Catch: z.array(z.object({ ErrorEquals: z.array(z.string()), Next: z.string() }).loose()).default([]),
  Resource: z.string().optional(),
  Retry: z.array(z.looseObject({ ErrorEquals: z.array(z.string()), MaxAttempts: z.number() })).default([]),
});
const all = z.record(z.string(), State).parse(machine.States);
const stateNamed = (name: string) => State.parse(machine.States[name]);

const nextOf = ({ Next, Default, Choices }: z.infer<typeof State>) =>
  [Next, Default, ...Choices.map((choice) => choice.Next)].filter((name) => name !== undefined);

/** The states that an execution of a scope goes through when all goes well. */
function wayOf(scope: string): string[] {
  const way: string[] = [];
  for (let name: string | undefined = machine.StartAt; name !== undefined;) {
    way.push(name);
    const state: z.infer<typeof State> = stateNamed(name);
    const choice = state.Choices.find((each) => each['Variable'] === '$.scope' && each['StringEquals'] === scope);
    name = choice?.Next ?? state.Default ?? state.Next;
  }
  return way;
}

test('it has the steps of the pipeline, in their order, and no other', () => {
  const around = new Set<string>([states.begin, states.isHeld, states.isWhole, states.end, states.done]);
  const inbox = [states.import, states.whatCame];
  const stepsOf = (scope: string) => wayOf(scope).filter((name) => !around.has(name) && !name.startsWith('Past '));
  expect(stepsOf('all')).toEqual([...inbox, ...steps.flatMap(statesOf)]);
  expect(wayOf('inbox')).toEqual(wayOf('all'));
  expect(stepsOf('stream')).toEqual([
    states.joinStream,
    ...steps.filter(({ table }) => table !== undefined && ofStream.has(table)).flatMap(statesOf),
  ]);
  // The join; six tables, two states each; three choices that pass over others.
  expect(wayOf('stream')).toHaveLength(5 + 1 + 12 + 3);
});

test.each(steps.filter((step) => step.table !== undefined).map((step) => [stepName(step), step] as const))(
  '%s is planned, and its batches are built side by side by its own function',
  (_, step) => {
    const [plan, build = ''] = statesOf(step);
    expect(stateNamed(plan)).toMatchObject({
      Resource: 'arn:plan',
      Parameters: {
        'run.$': '$.begun.run',
        'execution.$': '$$.Execution.Id',
        step: step.name,
        table: step.table,
      },
      ResultPath: '$.plan',
      Next: build,
    });
    expect(stateNamed(build)).toMatchObject({
      Type: 'Map',
      ItemsPath: '$.plan.batches',
      MaxConcurrency: 7,
      ItemSelector: {
        'run.$': '$.begun.run',
        'execution.$': '$$.Execution.Id',
        step: step.name,
        table: step.table,
        'batch.$': '$$.Map.Item.Value',
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        States: { [stepName(step)]: { Resource: `arn:${step.name}`, ResultPath: null, End: true } },
      },
      ResultPath: null,
    });
    expect(JSON.stringify(machine.States[build])).not.toMatch(/Tolerated|ItemBatcher/);
  },
);

describe('the lease', () => {
  test('a run that finds it held ends at once where it is of the stream, and waits where it is of everything', () => {
    expect(stateNamed(states.isHeld).Choices.slice(0, 2)).toEqual([
      {
        And: [
          { Variable: '$.begun.held', BooleanEquals: true },
          { Variable: '$.scope', StringEquals: 'stream' },
        ],
        Next: states.refused,
      },
      { Variable: '$.begun.held', BooleanEquals: true, Next: states.wait },
    ]);
    expect(stateNamed(states.refused)).toMatchObject({ Type: 'Succeed' });
    expect(stateNamed(states.wait)).toMatchObject({ Type: 'Wait', Next: states.begin });
  });

  test('it is given back whatever goes wrong, and the cause is kept', () => {
    const works = Object.entries(all).filter(([, { Type }]) => Type === 'Task' || Type === 'Map');
    expect(works.length).toBeGreaterThan(steps.length);
    for (const [name, { Catch }] of works) {
      expect([name, Catch]).toEqual([
        name,
        [
          name === states.giveBack
            ? { ErrorEquals: ['States.ALL'], ResultPath: null, Next: states.failed }
            : { ErrorEquals: ['States.ALL'], ResultPath: '$.fault', Next: states.giveBack },
        ],
      ]);
    }
    expect(stateNamed(states.failed)).toMatchObject({ ErrorPath: '$.fault.Error', CausePath: '$.fault.Cause' });
  });
});

describe('the inbox', () => {
  test('is emptied by as many calls as it takes, which tell each other whether a file came in', () => {
    const { Choices, Default } = stateNamed(states.whatCame);
    expect(Choices).toEqual([
      { Variable: '$.inbox.isLeft', BooleanEquals: true, Next: states.importRest },
      {
        And: [
          { Variable: '$.scope', StringEquals: 'inbox' },
          { Variable: '$.inbox.isNew', BooleanEquals: false },
        ],
        Next: states.end,
      },
    ]);
    expect(Default).toBe('Join');
    const told = { 'run.$': '$.begun.run', 'execution.$': '$$.Execution.Id' };
    const called = { Resource: 'arn:import', ResultPath: '$.inbox', Next: states.whatCame };
    expect(stateNamed(states.import)).toMatchObject({ ...called, Parameters: told });
    expect(stateNamed(states.importRest)).toMatchObject({
      ...called,
      Parameters: { ...told, 'isNew.$': '$.inbox.isNew' },
    });
  });
});

test('each step is tried as often as the pipeline says, and faults of the service a little longer', () => {
  for (const step of steps) {
    for (const name of statesOf(step)) {
      const state = z
        .union([
          z
            .object({ ItemProcessor: z.object({ States: z.record(z.string(), State) }) })
            .transform(({ ItemProcessor }) => Object.values(ItemProcessor.States)),
          State.transform((each) => [each]),
        ])
        .parse(machine.States[name]);
      const retries = state.flatMap(({ Retry }) => Retry);
      expect([
        name,
        retries
          .filter(({ ErrorEquals }) => ErrorEquals.includes('States.TaskFailed'))
          .map(({ MaxAttempts }) => MaxAttempts),
      ]).toEqual([name, step.attempts > 1 ? [step.attempts - 1] : []]);
      expect(retries[0]?.ErrorEquals).toContain('Lambda.TooManyRequestsException');
      expect(retries.every((retry) => retry['JitterStrategy'] === 'FULL')).toBe(true);
    }
  }
});

test('every state can be reached, every name leads to a state, and every way ends', () => {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    const state = stateNamed(name);
    const next = [...nextOf(state), ...state.Catch.map((each) => each.Next)];
    expect([name, next.length === 0]).toEqual([name, state.Type === 'Succeed' || state.Type === 'Fail']);
    next.forEach(visit);
  };
  visit(machine.StartAt);
  expect([...reached].toSorted()).toEqual(Object.keys(machine.States).toSorted());
});

test('no name is longer than Step Functions takes', () => {
  expect(Object.keys(machine.States).filter((name) => name.length > 80)).toEqual([]);
});

test.each(['join', 'check', 'publish'] as const)('a pipeline without %s is no pipeline', (name) => {
  expect(() =>
    machineOf(
      steps.filter((step) => step.name !== name),
      { arnOf: (each) => each, maxConcurrency: 1, ofStream },
    ),
  ).toThrow(`The pipeline has no step ${name}.`);
});
