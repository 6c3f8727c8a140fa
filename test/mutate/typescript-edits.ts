/** The mutations of a TypeScript module, by the spans of its syntax tree. */
import { parseSync } from '@swc/core';
import type { Edit } from './mutant.ts';

interface Node {
  readonly type: string;
  readonly [name: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const hasSpan = (value: unknown): value is { readonly span: { readonly start: number; readonly end: number } } =>
  typeof value === 'object' &&
  value !== null &&
  'span' in value &&
  typeof value.span === 'object' &&
  value.span !== null &&
  'start' in value.span;

/** What takes an operator's place. */
const operators: ReadonlyMap<string, readonly string[]> = new Map([
  ['<', ['<=', '>=']],
  ['<=', ['<', '>']],
  ['>', ['>=', '<=']],
  ['>=', ['>', '<']],
  ['===', ['!==']],
  ['!==', ['===']],
  ['&&', ['||']],
  ['||', ['&&']],
  ['??', ['&&']],
  ['+', ['-']],
  ['-', ['+']],
  ['*', ['/']],
  ['/', ['*']],
  ['%', ['*']],
  ['++', ['--']],
  ['--', ['++']],
  ['+=', ['-=']],
  ['-=', ['+=']],
]);

/** Statements without which a program still parses. */
const removable = new Set(['ExpressionStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement']);

/** Of these only the expressions inside run: the rest is types, which are taken off. */
const typeWrappers = new Set(['TsAsExpression', 'TsNonNullExpression', 'TsSatisfiesExpression', 'TsConstAssertion']);
const withoutEffect = new Set(['ImportDeclaration', 'ExportAllDeclaration']);

const isText = (value: unknown) =>
  isNode(value) && (value.type === 'StringLiteral' || value.type === 'TemplateLiteral');

/** Every mutation of a module, in the order of its text. */
export function typescriptEdits(source: string): Edit[] {
  // The first token's place tells where the spans begin: the parser counts on from one call to the next.
  const bytes = Buffer.from(source);
  const parse = (text: string) => parseSync(text, { syntax: 'typescript', target: 'es2022' });
  const tree = parse(`;${source}`);
  const begin = tree.span.start + 1;
  const place = (byte: number) => bytes.subarray(0, byte - begin).toString().length;
  const edits: Edit[] = [];

  const replace = (value: unknown, text: string) => {
    if (!hasSpan(value)) return;
    edits.push({ start: place(value.span.start), end: place(value.span.end), text });
  };
  /** Replaces an operator that stands between two places. */
  const swap = (from: number, to: number, operator: string) => {
    const start = source.indexOf(operator, place(from));
    if (start < 0 || start > place(to)) return;
    for (const text of operators.get(operator) ?? []) edits.push({ start, end: start + operator.length, text });
  };
  const textOf = (value: unknown) =>
    hasSpan(value) ? source.slice(place(value.span.start), place(value.span.end)) : '';

  const negate = (test: unknown) => {
    // A condition with a `!` loses it, which is the same.
    if (isNode(test) && test['operator'] !== '!') replace(test, `!(${textOf(test)})`);
  };

  const visitors: Readonly<Record<string, (node: Node) => void>> = {
    BinaryExpression({ operator, left, right }) {
      if (typeof operator !== 'string' || !hasSpan(left) || !hasSpan(right)) return;
      if (operator !== '+' || (!isText(left) && !isText(right))) swap(left.span.end, right.span.start, operator);
    },
    AssignmentExpression({ operator, left, right }) {
      if (typeof operator === 'string' && hasSpan(left) && hasSpan(right))
        swap(left.span.end, right.span.start, operator);
    },
    UpdateExpression(node) {
      if (typeof node['operator'] === 'string' && hasSpan(node)) swap(node.span.start, node.span.end, node['operator']);
    },
    UnaryExpression(node) {
      if (node['operator'] === '!') replace(node, textOf(node['argument']));
    },
    IfStatement: ({ test }) => negate(test),
    ConditionalExpression: ({ test }) => negate(test),
    WhileStatement: ({ test }) => negate(test),
    NumericLiteral(node) {
      if (typeof node['value'] !== 'number') return;
      replace(node, String(node['value'] + 1));
      replace(node, node['value'] >= 1 ? String(node['value'] - 1) : `(${node['value'] - 1})`);
    },
    BigIntLiteral: (node) => replace(node, `${String(BigInt(textOf(node).replace(/_|n$/gu, '')) + 1n)}n`),
    BooleanLiteral: (node) => replace(node, String(node['value'] !== true)),
    StringLiteral(node) {
      if (node['value'] !== '') replace(node, "''");
    },
    TemplateLiteral: (node) => replace(node, '``'),
    ArrayExpression(node) {
      if (Array.isArray(node['elements']) && node['elements'].length > 0) replace(node, '[]');
    },
    ReturnStatement({ argument }) {
      if (isNode(argument) && argument['value'] !== 'undefined') replace(argument, 'undefined');
    },
    ArrowFunctionExpression({ body }) {
      if (isNode(body) && body.type !== 'BlockStatement' && body['value'] !== 'undefined') replace(body, 'undefined');
    },
  };

  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    // The arguments of a call and the methods of a class are wrapped in values without a type of their own.
    if (!isNode(value)) return Object.values(value).forEach(visit);
    if (withoutEffect.has(value.type)) return;
    if (value.type.startsWith('Ts')) {
      if (typeWrappers.has(value.type)) visit(value['expression']);
      return;
    }
    if (removable.has(value.type) && !textOf(value).startsWith('super(')) replace(value, ';');
    visitors[value.type]?.(value);
    for (const [name, part] of Object.entries(value)) {
      // The name of a property says where a value is put, and is not a value.
      if (name === 'span' || (name === 'key' && value['computed'] !== true)) continue;
      visit(part);
    }
  };
  visit(tree.body);

  const parses = ({ start, end, text }: Edit) => {
    try {
      parse(source.slice(0, start) + text + source.slice(end));
      return true;
    } catch {
      return false;
    }
  };
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end).filter(parses);
}
