/** Functions of arrays and maps. The form of a line is told in `register.ts`. */
export const arrays = `
  cardinality(array(T)) bigint | len
  cardinality(map(K, V)) bigint | cast
  element_at(array(T), bigint) T
  element_at(map(K, V), K) V | map_extract_value
  contains(array(T), T) boolean
  array_join(array(varchar), varchar) varchar
  array_join(array(bigint), varchar) varchar
  array_join(array(date), varchar) varchar
  array_join(array(boolean), varchar) varchar
  array_join(array(varchar), varchar, varchar) varchar
  array_join(array(bigint), varchar, varchar) varchar
  array_join(array(date), varchar, varchar) varchar
  array_join(array(boolean), varchar, varchar) varchar
  array_sort(array(T)) array(T)
  zip(array(T), array(U)) array(row(T, U)) | list_zip
  array_distinct(array(T)) array(T)
  array_position(array(T), T) bigint
  array_remove(array(T), T) array(T)
  array_max(array(T)) T
  array_min(array(T)) T
  array_union(array(T), array(T)) array(T)
  array_intersect(array(T), array(T)) array(T)
  array_except(array(T), array(T)) array(T)
  arrays_overlap(array(T), array(T)) boolean
  reverse(array(T)) array(T) | list_reverse
  slice(array(T), bigint, bigint) array(T)
  flatten(array(array(T))) array(T)
  repeat(T, integer) array(T)
  sequence(bigint, bigint) array(bigint)
  sequence(bigint, bigint, bigint) array(bigint)
  sequence(date, date) array(date) | days_between
  sequence(date, date, interval day to second) array(date) | date_sequence
  sequence(date, date, interval year to month) array(date) | date_sequence
  sequence(timestamp, timestamp, interval day to second) array(timestamp) | clock_sequence
  transform(array(T), function(T, U)) array(U) | list_transform
  filter(array(T), function(T, boolean)) array(T) | list_filter
  any_match(array(T), function(T, boolean)) boolean | any_true(list_transform
  all_match(array(T), function(T, boolean)) boolean | all_true(list_transform
  none_match(array(T), function(T, boolean)) boolean | NOT < any_true(list_transform
  reduce(array(T), S, function(S, T, S), function(S, R)) R
  zip_with(array(T), array(U), function(T, U, R)) array(R)
  map_filter(map(K, V), function(K, V, boolean)) map(K, V)
  transform_values(map(K, V), function(K, V, R)) map(K, R)
  transform_keys(map(K, V), function(K, V, R)) map(R, V)
  map(array(K), array(V)) map(K, V)
  map_from_entries(array(row(K, V))) map(K, V) | entries_map
  map_keys(map(K, V)) array(K)
  map_values(map(K, V)) array(V)
  map_entries(map(K, V)) array(row(K, V))
  map_concat(map(K, V), map(K, V)) map(K, V)
`;
