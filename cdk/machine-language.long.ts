/**
 * The machine as it is deployed, read by another interpreter of the Amazon States Language: what it does not know, AWS
 * would refuse.
 */
import { expect, test } from '@jest/globals';
import validator from 'asl-validator';
import * as z from 'zod';
import { states } from './machine.ts';
import { resourcesOf, templatesOf } from './templates.ts';

const State = z.record(z.string(), z.unknown());
const Definition = z.looseObject({ States: z.record(z.string(), State) });
type Definition = z.infer<typeof Definition>;

const Properties = z.object({
  DefinitionString: z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }),
});

/** The definition as the template has it, with an ARN for each reference. */
function deployed(): Definition {
  const [machine] = resourcesOf(templatesOf(), 'AWS::StepFunctions::StateMachine');
  const [, parts] = Properties.parse(machine?.Properties).DefinitionString['Fn::Join'];
  const arn = 'arn:aws:lambda:eu-west-3:123456789012:function:one';
  return Definition.parse(JSON.parse(parts.map((part) => (typeof part === 'string' ? part : arn)).join('')));
}

const definition = JSON.stringify(deployed());

/** What is wrong with the definition after somebody edited it; nothing where it is right. */
function faults(edit: (states: Definition['States']) => void = () => undefined): string {
  const edited = Definition.parse(JSON.parse(definition));
  edit(edited.States);
  const { isValid, errorsText } = validator(edited);
  return isValid ? '' : errorsText();
}

const change = (all: Definition['States'], name: string, over: Record<string, unknown>) =>
  Object.assign(all[name] ?? {}, over);

test('another interpreter takes the machine as it is deployed', () => {
  expect(faults()).toBe('');
});

const map = 'Build orders';

test.each<[string, (all: Definition['States']) => void]>([
  ['a misspelt field of a task', (all) => change(all, states.begin, { Paramters: {} })],
  ['a misspelt field of a map', (all) => change(all, map, { MaxConcurency: 3 })],
  ['a type that there is not', (all) => change(all, states.wait, { Type: 'Sleep' })],
  ['a state that leads nowhere', (all) => change(all, states.wait, { Next: 'Nowhere' })],
  [
    'a catch that leads nowhere',
    (all) => change(all, map, { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nowhere' }] }),
  ],
  ['a path that is none', (all) => change(all, map, { ItemsPath: '$.plan[' })],
  ['a number as text', (all) => change(all, map, { MaxConcurrency: 'twenty' })],
  ['a state without an end', (all) => change(all, states.wait, { Next: undefined })],
])('%s is found', (_, edit) => {
  expect(faults(edit)).not.toBe('');
});
