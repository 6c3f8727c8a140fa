import { stepName, type LakeStep, type Step, type TableStep } from '../lambdas/pipeline.ts';
import type { FunctionName } from './bundle.ts';

/** Functions that the machine calls. */
export type CalledFunction = Extract<
  FunctionName,
  'lease' | 'import' | 'plan' | 'transform' | 'model' | 'attribute' | 'join' | 'check' | 'publish'
>;

/**
 * What an execution is started with: `stream` brings up to date what the stream landed, `all` everything, checks it,
 * and publishes it; `inbox` does so where a file was imported.
 */
export interface ExecutionInput {
  readonly scope: 'stream' | 'all' | 'inbox';
}

export interface MachineOptions {
  /** ARN of a function, or a token that stands for it. */
  readonly arnOf: (name: CalledFunction) => string;
  /** Batches of one table that are built side by side. */
  readonly maxConcurrency: number;
  /** The tables that a run over the stream brings up to date: all others are passed over, since each state costs. */
  readonly ofStream: ReadonlySet<string>;
}

/** A state in the Amazon States Language, in JSONPath. */
export type State = Readonly<Record<string, unknown>>;

export interface Machine {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** States around those of the tables. */
export const states = {
  begin: 'Begin',
  isHeld: 'Is the lake free?',
  refused: 'Another run is at work',
  wait: 'Wait for the other run',
  import: 'Import',
  whatCame: 'What came in?',
  importRest: 'Import the rest',
  joinStream: 'Join the stream',
  check: 'Check',
  publish: 'Publish',
  isWhole: 'Is everything built?',
  end: 'End',
  giveBack: 'Give back',
  failed: 'Failed',
  done: 'Done',
} as const;

/** An execution that goes on for so long is stuck; the lease that it holds ends by itself. */
const longestSeconds = 24 * 3600;
/** How long a run over everything waits before it asks again whether the other run has ended. */
const waitSeconds = 60;

/** Faults of the service, not of the function: many of them never called it. */
const serviceErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** Waits grow, and differ, so that calls that failed together do not come back together. */
const backOff = { BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL' };

function retries(attempts: number): State[] {
  return [
    { ErrorEquals: serviceErrors, IntervalSeconds: 2, MaxAttempts: 6, ...backOff },
    ...(attempts > 1
      ? [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 5, MaxAttempts: attempts - 1, ...backOff }]
      : []),
  ];
}

/** What goes wrong gives the lease back first, and its cause is what the execution fails with. */
const caught = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.fault', Next: states.giveBack }] };

/** What every function is told of the run. */
const ofRun = { 'run.$': '$.begun.run', 'execution.$': '$$.Execution.Id' };

/** A call of a function whose answer goes where `ResultPath` says; by default nobody asks for it. */
function call(
  arn: string,
  how: { readonly attempts: number; readonly next: string; readonly with: State; readonly answer?: string },
): State {
  return {
    Type: 'Task',
    Resource: arn,
    Parameters: how.with,
    ResultPath: how.answer ?? null,
    Retry: retries(how.attempts),
    ...caught,
    Next: how.next,
  };
}

/** Of the calls that are no step of the pipeline: of the lease, and of the inbox, which is emptied before. */
const otherAttempts = 3;

/** The names of the states of a step, the first first. */
export function statesOf(step: Step): [string, ...string[]] {
  if (step.table !== undefined) return [`Plan ${step.table}`, `Build ${step.table}`];
  return [{ join: 'Join', check: states.check, publish: states.publish }[step.name]];
}

/** One table: what is stale is planned, then built batch by batch. Without batches the map ends at once. */
function tableStates(step: TableStep, next: string, { arnOf, maxConcurrency }: MachineOptions): [string, State][] {
  const { name, table, attempts } = step;
  const [plan, build = ''] = statesOf(step);
  return [
    [
      plan,
      call(arnOf('plan'), {
        with: { ...ofRun, step: name, table },
        answer: '$.plan',
        attempts,
        next: build,
      }),
    ],
    [
      build,
      {
        Type: 'Map',
        ItemsPath: '$.plan.batches',
        ItemSelector: { ...ofRun, step: name, table, 'batch.$': '$$.Map.Item.Value' },
        MaxConcurrency: maxConcurrency,
        ItemProcessor: {
          // Standard, since an express execution ends after 5 minutes.
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: stepName(step),
          States: {
            [stepName(step)]: {
              Type: 'Task',
              Resource: arnOf(name),
              ResultPath: null,
              Retry: retries(attempts),
              End: true,
            },
          },
        },
        ResultPath: null,
        ...caught,
        Next: next,
      },
    ],
  ];
}

/** The choice between the tables that a run over the stream goes on from, and those that it passes over. */
const passName = (step: TableStep) => `Past ${step.table}?`;

/**
 * The states of all tables in their order. Where a run over the stream passes over some, a choice stands before them.
 * @param end the state behind the last table
 * @returns the states, and the first of each scope
 */
function tablesStates(
  tables: readonly TableStep[],
  end: string,
  options: MachineOptions,
): { readonly made: readonly [string, State][]; readonly first: Readonly<Record<'stream' | 'all', string>> } {
  const made: [string, State][] = [];
  const first = { all: end, stream: end };
  for (const step of tables.toReversed()) {
    let next = first.all;
    if (!options.ofStream.has(step.table)) {
      made.unshift(...tableStates(step, next, options));
      [first.all] = statesOf(step);
      continue;
    }
    if (first.all !== first.stream) {
      next = passName(step);
      made.unshift([
        next,
        {
          Type: 'Choice',
          Choices: [{ Variable: '$.scope', StringEquals: 'stream', Next: first.stream }],
          Default: first.all,
        },
      ]);
    }
    made.unshift(...tableStates(step, next, options));
    [first.all] = statesOf(step);
    first.stream = first.all;
  }
  return { made, first };
}

function stepNamed(steps: readonly Step[], name: LakeStep['name']): LakeStep {
  const step = steps.find((each) => each.name === name);
  if (step?.table !== undefined || step === undefined) throw new Error(`The pipeline has no step ${name}.`);
  return step;
}

/**
 * The inbox is emptied before anything is read: by as many calls as it takes. Many files that come at once start as
 * many executions; the first imports them all, and the others end.
 */
function inboxStates(arn: string, next: string): Readonly<Record<string, State>> {
  const imports = (more: State = {}) =>
    call(arn, { with: { ...ofRun, ...more }, answer: '$.inbox', attempts: otherAttempts, next: states.whatCame });
  return {
    [states.import]: imports(),
    [states.whatCame]: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.inbox.isLeft', BooleanEquals: true, Next: states.importRest },
        {
          And: [
            { Variable: '$.scope', StringEquals: 'inbox' },
            { Variable: '$.inbox.isNew', BooleanEquals: false },
          ],
          Next: states.end,
        },
      ],
      Default: next,
    },
    [states.importRest]: imports({ 'isNew.$': '$.inbox.isNew' }),
  };
}

/**
 * The pipeline as a state machine: takes the lease of the lake, runs the steps one after the other, and gives the lease
 * back.
 *
 * Written in JSONPath, with one distributed map a table over the planner's batches: so every interpreter of the
 * language reads it.
 * @throws Error where the pipeline lacks a step over the whole lake
 */
export function machineOf(steps: readonly Step[], options: MachineOptions): Machine {
  const { arnOf } = options;
  const tables = steps.filter((step) => step.table !== undefined);
  const join = stepNamed(steps, 'join');
  const check = stepNamed(steps, 'check');
  const publish = stepNamed(steps, 'publish');
  const [joined] = statesOf(join);
  const { made, first } = tablesStates(tables, states.isWhole, options);
  const endLease = { with: { action: 'end', 'execution.$': '$$.Execution.Id' }, attempts: otherAttempts };
  return {
    Comment: 'Brings the lake up to date: every table that is stale, in the order in which they read each other.',
    StartAt: states.begin,
    TimeoutSeconds: longestSeconds,
    States: {
      [states.begin]: call(arnOf('lease'), {
        with: { action: 'begin', 'execution.$': '$$.Execution.Id', 'scope.$': '$.scope' },
        answer: '$.begun',
        attempts: otherAttempts,
        next: states.isHeld,
      }),
      [states.isHeld]: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.begun.held', BooleanEquals: true },
              { Variable: '$.scope', StringEquals: 'stream' },
            ],
            Next: states.refused,
          },
          { Variable: '$.begun.held', BooleanEquals: true, Next: states.wait },
          { Variable: '$.scope', StringEquals: 'stream', Next: states.joinStream },
        ],
        Default: states.import,
      },
      // The run at work, or the next one, builds what has come in.
      [states.refused]: { Type: 'Succeed' },
      [states.wait]: { Type: 'Wait', Seconds: waitSeconds, Next: states.begin },
      ...inboxStates(arnOf('import'), joined),
      [joined]: call(arnOf('join'), { with: ofRun, attempts: join.attempts, next: first.all }),
      // What is joined is one object that a run reads, where it was ten or more.
      [states.joinStream]: call(arnOf('join'), {
        with: { ...ofRun, lastDays: 2 },
        attempts: join.attempts,
        next: first.stream,
      }),
      ...Object.fromEntries(made),
      [states.isWhole]: {
        Type: 'Choice',
        Choices: [{ Variable: '$.scope', StringEquals: 'stream', Next: states.end }],
        Default: states.check,
      },
      [states.check]: call(arnOf('check'), { with: ofRun, attempts: check.attempts, next: states.publish }),
      [states.publish]: call(arnOf('publish'), { with: ofRun, attempts: publish.attempts, next: states.end }),
      [states.end]: call(arnOf('lease'), { ...endLease, next: states.done }),
      [states.done]: { Type: 'Succeed' },
      [states.giveBack]: {
        ...call(arnOf('lease'), { ...endLease, next: states.failed }),
        // A lease that nobody gave back ends by itself: what is told is the first cause.
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: states.failed }],
      },
      [states.failed]: { Type: 'Fail', ErrorPath: '$.fault.Error', CausePath: '$.fault.Cause' },
    },
  };
}
