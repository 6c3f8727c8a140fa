/** Sums and counts over rows that a join repeats. */
import type { Call, Expression, Query, Select, TableExpression, Unnest } from './ast.ts';
import { grains } from './grains.ts';
import { repeating } from './kept-values.ts';
import {
  ownNodes,
  isName,
  isAdding,
  isCall,
  isCounting,
  uncast,
  columnOf,
  namesIn,
  conjuncts,
  isApart,
  givenBy,
  readBy,
  type Reads,
} from './query-nodes.ts';

/** One of the relations of a FROM. */
interface Side {
  readonly alias: string;
  readonly columns: ReadonlySet<string>;
  /** What tells its rows apart; undefined where that is not known. */
  readonly grain?: readonly string[];
  /** What it is called to who asks. */
  readonly shown: string;
  /** The elements of an array: of each group of them a sum counts a row once. */
  readonly isArray?: true;
}

/** The names that a SELECT's columns have; undefined where some stand behind a star. */
function outputsOf({ items }: Select): readonly string[] | undefined {
  const names = items.map((item) => (item.kind === 'star' ? undefined : (item.alias ?? columnOf(item.value) ?? '')));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** A query of its own: its rows are told apart by what it groups by. */
function sideOfQuery(alias: string, query: Query): Side {
  const [select, ...others] = givenBy(query);
  const outputs = select === undefined || others.length > 0 ? undefined : outputsOf(select);
  if (select === undefined || outputs === undefined) return { alias, shown: alias, columns: new Set() };
  const grain = select.groupBy.map((value) => {
    const place = value.kind === 'literal' ? Number(value.text) - 1 : -1;
    return outputs[place] ?? outputs.find((name) => name !== '' && name === columnOf(value));
  });
  const isKnown = grain.length > 0 && select.groupedPartly.length === 0 && grain.every((name) => name !== undefined);
  return {
    alias,
    shown: alias,
    columns: new Set(outputs),
    ...(isKnown && { grain: grain.filter((one) => one !== undefined) }),
  };
}

/** An array's elements: several for one row, unless one column of them is matched. */
function sideOfArray({ alias = '', arrays, columns }: Unnest): Side {
  const names = columns?.map(({ value }) => value) ?? [];
  const isOne = arrays.every((one) => one.kind === 'array' && one.elements.length < 2);
  return {
    alias,
    shown: `UNNEST ${alias}`.trim(),
    columns: new Set(names),
    ...(!isOne && { grain: names.slice(0, 1) }),
    isArray: true,
  };
}

function fromOf(
  table: TableExpression,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  own: ReadonlyMap<string, Query>,
) {
  const [sides, conditions, using]: [Side[], Expression[], string[]] = [[], [], []];
  for (const open = [table]; open.length > 0;) {
    const one = open.pop();
    if (one?.kind === 'join') {
      open.push(one.right, one.left);
      if (one.on) conditions.push(one.on);
      using.push(...(one.using ?? []));
    } else if (one?.kind === 'table') {
      const alias = one.alias ?? one.name;
      const query = one.qualifier === undefined ? own.get(one.name) : undefined;
      const columns = query ? undefined : known.get(one.name);
      const grain = columns && one.columns === undefined ? grains.get(one.name) : undefined;
      sides.push(
        query && one.columns === undefined
          ? sideOfQuery(alias, query)
          : { alias, columns: columns ?? new Set(), shown: columns ? one.name : alias, ...(grain && { grain }) },
      );
    } else if (one?.kind === 'unnest') sides.push(sideOfArray(one));
    else if (one?.kind === 'derived' && one.columns === undefined) sides.push(sideOfQuery(one.alias ?? '', one.query));
    else if (one) sides.push({ alias: one.alias ?? '', shown: one.alias ?? '', columns: new Set() });
  }
  return { sides, conditions, using };
}

/** Sums and counts of one relation's column over rows that a join with another repeats. */
export function repeatedByJoins(
  select: Select,
  reads: Reads,
  own: ReadonlyMap<string, Query>,
  all: readonly Select[],
): string[] {
  if (select.from?.kind !== 'join') return [];
  const known = new Map(reads.map(([name, columns]) => [name, new Set(columns.map((column) => column.name))]));
  const { sides, conditions, using } = fromOf(select.from, known, own);
  const sideOf = ({ parts }: { readonly parts: readonly string[] }): Side | undefined => {
    const [column = '', alias] = parts.toReversed();
    if (alias !== undefined) return sides.find((side) => side.alias === alias);
    const having = sides.filter(({ columns }) => columns.has(column));
    // What none of the lake's has is of a query's own, and no side that is known; what several have (USING) is of the
    // one that it tells apart.
    return having.length < 2 ? having[0] : having.find(({ grain }) => grain?.length === 1 && grain[0] === column);
  };
  const isOf = (value: Expression, side: Side) => ownNodes(value).some((part) => isName(part) && sideOf(part) === side);
  const said = [...conditions, ...(select.where ? [select.where] : [])].flatMap(conjuncts);
  const matched = (side: Side): ReadonlySet<string> =>
    new Set([
      ...using,
      ...Object.keys(repeating).filter((column) => isApart(select, column)),
      ...said.flatMap((condition) => {
        const pairs =
          condition.kind === 'compare' && condition.operator === '='
            ? [
                [condition.left, condition.right],
                [condition.right, condition.left],
              ]
            : condition.kind === 'in' && !condition.negated && condition.list.length === 1
              ? [[condition.value, ...condition.list]]
              : [];
        return pairs.flatMap(([value, other]) => {
          const name = value && uncast(value);
          if (name?.kind !== 'name' || sideOf(name) !== side || other === undefined || isOf(other, side)) return [];
          return name.parts.slice(-1);
        });
      }),
    ]);
  const loose = sides.flatMap((side) => {
    const found = matched(side);
    const missing =
      side.grain?.filter(
        (column) =>
          side.columns.has(column) && !found.has(column) && !(side.isArray === true && isApart(select, column)),
      ) ?? [];
    return missing.length > 0 ? [{ side, missing }] : [];
  });
  const calls: Added[] = [...select.items, ...(select.having ? [select.having] : [])].flatMap((item) => {
    const counted = 'alias' in item ? sides.find(({ shown }) => item.alias?.split('_').includes(shown)) : undefined;
    return ownNodes(item)
      .filter(isCall)
      .filter(isCounting)
      .map((call) => ({
        call,
        names: namesIn(call),
        // All rows: of whichever relation its name says that they are.
        ...(namesIn(call).length === 0 && counted && { counted }),
      }));
  });
  return [...calls, ...addedBehind(select, sides, own, all)].flatMap(({ call, names, counted }) => {
    const summed = counted ?? (names[0] && sideOf(names[0]));
    if (call.distinct || summed === undefined || summed.isArray || names.some((name) => sideOf(name) !== summed))
      return [];
    // How many rows there are for each is what is asked.
    if (!isAdding(call) && summed.grain?.every((one) => isApart(select, one)) === true) return [];
    const column = names[0]?.parts.at(-1) ?? '*';
    const advice = isAdding(call)
      ? 'sum each by itself, then join the sums'
      : `count(DISTINCT ${summed.grain?.length === 1 ? summed.grain[0] : column}) counts each once`;
    return loose.flatMap(({ side, missing }) =>
      side === summed
        ? []
        : [
            `${side.shown} may have several rows for one of ${summed.shown}, since nothing matches its ` +
              `${missing.join(', ')}: ${call.name}(${column}) counts it as often; ${advice}`,
          ],
    );
  });
}

/** A sum or a count, and the names in it as a FROM has them; or the relation whose rows it counts by its name alone. */
interface Added {
  readonly call: Call;
  readonly names: readonly { readonly parts: readonly string[] }[];
  readonly counted?: Side;
}

/** What other SELECTs add up of the columns that one gives as they are, row by row. */
function addedBehind(
  select: Select,
  sides: readonly Side[],
  own: ReadonlyMap<string, Query>,
  all: readonly Select[],
): Added[] {
  if (select.distinct || select.groupBy.length > 0) return [];
  const given = (column: string): { readonly parts: readonly string[] }[] =>
    select.items.flatMap((item): { readonly parts: readonly string[] }[] => {
      if (item.kind === 'star')
        return sides.some(({ alias, columns }) => (item.of ?? alias) === alias && columns.has(column))
          ? [{ parts: item.of === undefined ? [column] : [item.of, column] }]
          : [];
      const value = uncast(item.value);
      return value.kind === 'name' && (item.alias ?? value.parts.at(-1)) === column ? [value] : [];
    });
  return all
    .filter((outer) => readBy(outer, own).some((query) => givenBy(query).includes(select)))
    .flatMap(({ items }) => items.flatMap((item) => ownNodes(item).filter(isAdding)))
    .flatMap((call) => {
      const names = namesIn(call).map(({ parts }) => given(parts.at(-1) ?? ''));
      return names.length > 0 && names.every((found) => found.length > 0) ? [{ call, names: names.flat() }] : [];
    });
}
