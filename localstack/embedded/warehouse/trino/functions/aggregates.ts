/** Aggregates. The form of a line is told in `register.ts`. */
export const aggregates = `
  count(T) bigint
  count_if(boolean) bigint | count(true_or_null
  sum(integer) bigint | cast
  sum(bigint) bigint | cast
  sum(double) double
  avg(integer) double
  avg(bigint) double
  avg(double) double
  min(T) T
  max(T) T
  max(T, bigint) array(T)
  min(T, bigint) array(T)
  min_by(T, U) T | arg_min_null
  max_by(T, U) T | arg_max_null
  any_value(T) T
  bitwise_and_agg(bigint) bigint | bit_and
  bitwise_or_agg(bigint) bigint | bit_or
  approx_most_frequent(bigint, T, bigint) map(T, bigint)
  arbitrary(T) T | any_value
  bool_and(boolean) boolean
  bool_or(boolean) boolean
  every(boolean) boolean | bool_and
  array_agg(T) array(T) | list
  listagg(varchar, varchar) varchar | string_agg
  map_agg(K, V) map(K, V) | map_from_entries < list(row
  multimap_agg(K, V) map(K, array(V))
  histogram(T) map(T, bigint) | cast
  approx_distinct(T) bigint | count(DISTINCT
  approx_percentile(bigint, double) bigint
  approx_percentile(double, double) double
  geometric_mean(double) double | exp < avg(ln
  stddev(double) double
  stddev_samp(double) double
  stddev_pop(double) double
  variance(double) double
  var_samp(double) double
  var_pop(double) double
  covar_samp(double, double) double
  covar_pop(double, double) double
  regr_slope(double, double) double | finite < regr_slope
  regr_intercept(double, double) double | finite < regr_intercept
  corr(double, double) double | finite < corr
`;

/** Functions of windows alone. The form of a line is told in `register.ts`. */
export const windows = `
  row_number() bigint
  rank() bigint
  dense_rank() bigint
  ntile(bigint) bigint
  percent_rank() double
  cume_dist() double
  first_value(T) T
  last_value(T) T
  nth_value(T, bigint) T
  lag(T) T
  lag(T, bigint) T
  lag(T, bigint, T) T
  lead(T) T
  lead(T, bigint) T
  lead(T, bigint, T) T
`;
