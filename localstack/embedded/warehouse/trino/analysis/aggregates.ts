import type { Call } from '../ast.ts';
import { unportable } from '../tokens.ts';
import { array, decimal, duckType, isInteger, isNumber, scalar, spell, type Type } from '../types.ts';
import { quotient } from './decimals.ts';
import type { Surroundings } from './surroundings.ts';
import { asReal } from './widening.ts';
import { argumentsOf, written } from './written.ts';

/** A function whose text or type hangs on its arguments' types; undefined where its signatures say all. */
export type TypedForm = (analysis: Surroundings, call: Call, types: readonly (Type | undefined)[]) => Type | undefined;

/** Two numbers of which none is a double are reals to Trino, of seven digits. */
const pairs: TypedForm = (analysis, call, types) => {
  if (types.some((type) => type === undefined || !isNumber(type) || type.name === 'double')) return undefined;
  const [first = '', second = ''] = argumentsOf(analysis, call).map(
    (text, i) => `CAST(${asReal(text, types[i] ?? scalar('real'))} AS DOUBLE)`,
  );
  const args = call.args.length === 1 ? [first] : [first, second];
  const isMean = call.name === 'geometric_mean';
  const text = isMean ? `exp(${written(analysis, call, 'avg(ln', args)})` : written(analysis, call, call.name, args);
  const isFinite = ['corr', 'regr_slope', 'regr_intercept'].includes(call.name);
  analysis.respelling.rewrite(call, `CAST(${isFinite ? `finite(${text})` : text} AS FLOAT)`);
  return scalar('real');
};

/** The value of rank ⌊p·n⌋ + 1, as both engines have it where Trino's sketch is exact; decimals are reals to Trino. */
const percentile: TypedForm = (analysis, call, [type, share, ...more]) => {
  if (type === undefined || !isNumber(type) || share === undefined || more.length > 0) return undefined;
  const [value = '', shares = ''] = argumentsOf(analysis, call);
  const several = share.name === 'array' && isNumber(share.element);
  if (!several && !isNumber(share)) return undefined;
  const result = type.name === 'decimal' ? scalar('real') : isInteger(type) ? scalar('bigint') : type;
  const cast = result.name === 'real' ? asReal(value, type) : `CAST(${value} AS ${duckType(result)})`;
  const sorted = written(analysis, call, 'list', [cast]);
  analysis.respelling.rewrite(call, `${several ? 'values_at_shares' : 'value_at_share'}(${sorted}, ${shares})`);
  return several ? array(result) : result;
};

/** A decimal of the same digits, rounded half up. */
const average: TypedForm = (analysis, call, types) => {
  const [type] = types;
  if (type?.name === 'real') return ofReals(analysis, call, types);
  if (type?.name !== 'decimal' || call.args.length !== 1) return undefined;
  const args = argumentsOf(analysis, call);
  const sum = written(analysis, call, 'sum', args);
  const count = written(analysis, call, 'count', args);
  analysis.respelling.rewrite(call, quotient({ text: sum, scale: type.scale }, { text: count, scale: 0 }, type));
  return type;
};

/** Sums of reals are kept as doubles, and are a real in the end. */
const ofReals: TypedForm = (analysis, call, [type]) => {
  if (type?.name !== 'real' || call.args.length !== 1) return undefined;
  const args = argumentsOf(analysis, call).map((text) => `CAST(${text} AS DOUBLE)`);
  analysis.respelling.rewrite(call, `CAST(${written(analysis, call, call.name, args)} AS FLOAT)`);
  return type;
};

const sum: TypedForm = (analysis, call, types) => {
  const [type] = types;
  if (type?.name === 'real') return ofReals(analysis, call, types);
  if (type?.name !== 'decimal' || call.args.length !== 1) return undefined;
  analysis.respelling.rewrite(call, written(analysis, call, 'sum', argumentsOf(analysis, call)));
  return decimal(38, type.scale);
};

/** Of decimals a real, of whole numbers a double. */
const geometricMean: TypedForm = (analysis, call, types) =>
  types[0]?.name === 'decimal' ? pairs(analysis, call, types) : undefined;

/** One form for both, of which Trino takes the decimal's. */
const refusedForWholeNumbers: TypedForm = (analysis, call, [type]) => {
  if (type === undefined || !isInteger(type)) return undefined;
  throw unportable(analysis.sql, call.start, `${call.name} of ${spell(type)}`, 'the number itself');
};

/** A list of pairs, of which a macro makes the map. */
const multimap: TypedForm = (analysis, call, [key, value]) => {
  if (!key || !value || call.args.length !== 2) return undefined;
  analysis.comparable(key, call);
  const [k = '', v = ''] = argumentsOf(analysis, call);
  analysis.respelling.rewrite(
    call,
    `grouped(${written(analysis, call, 'list', [`struct_pack(k := ${k}, v := ${v})`])})`,
  );
  return { name: 'map', key, value: array(value) };
};

/** The values that are counted most, with their counts; Trino keeps but so many counters, and may pick others of a count. */
const mostFrequent: TypedForm = (analysis, call, [buckets, type, capacity]) => {
  const [most, value] = argumentsOf(analysis, call);
  if (!type || !buckets || !capacity || !isInteger(buckets) || !isInteger(capacity) || call.args.length !== 3)
    return undefined;
  const [number] = call.args;
  if (number?.kind !== 'literal')
    throw unportable(
      analysis.sql,
      call.start,
      `${call.name} of a number that is no literal`,
      `${call.name}(3, x, 1000)`,
    );
  const key = isInteger(type) ? scalar('bigint') : type;
  if (key.name !== 'bigint' && key.name !== 'varchar') return undefined;
  const counted = written(analysis, call, 'histogram', [`CAST(${value} AS ${key.name.toUpperCase()})`]);
  analysis.respelling.rewrite(call, `most_counted(${counted}, ${most})`);
  return { name: 'map', key, value: scalar('bigint') };
};

/** A row so many places on: an offset below the least is an error. */
const atOffset =
  (least: number): TypedForm =>
  (analysis, call) => {
    const [, offset] = call.args;
    const isKnown = offset?.kind === 'literal' && Number(offset.text) >= least;
    if (offset && !isKnown) analysis.respelling.wrap(offset, 'offset_checked(', `, ${least})`);
    return undefined;
  };

/** The text of a literal's timestamp has the digits that it was written with. */
const refusedForLiterals: TypedForm = (analysis, call, [type]) => {
  if (type?.name !== 'timestamp(0)') return undefined;
  throw unportable(analysis.sql, call.start, `${call.name} of a literal`, `${call.name}(CAST(x AS timestamp(3)))`);
};

/** Trino keeps the digits that a literal was written with. */
const millisecondsOfLiterals: TypedForm = (analysis, call, [, , type]) => {
  const [unit] = call.args;
  if (type?.name !== 'timestamp(0)' || unit?.kind !== 'literal' || unit.text !== 'millisecond') return undefined;
  throw unportable(analysis.sql, call.start, 'milliseconds added to a literal', 'CAST(x AS timestamp(3))');
};

export const aggregateForms: Readonly<Record<string, TypedForm | undefined>> = {
  sum,
  avg: average,
  approx_percentile: percentile,
  multimap_agg: multimap,
  approx_most_frequent: mostFrequent,
  corr: pairs,
  covar_samp: pairs,
  covar_pop: pairs,
  regr_slope: pairs,
  regr_intercept: pairs,
  geometric_mean: geometricMean,
  truncate: refusedForWholeNumbers,
  to_iso8601: refusedForLiterals,
  date_add: millisecondsOfLiterals,
  lag: atOffset(0),
  lead: atOffset(0),
  nth_value: atOffset(1),
};
