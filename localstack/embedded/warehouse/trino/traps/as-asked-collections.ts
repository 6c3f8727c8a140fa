import { asked, fails, type Trap } from './trap.ts';

/** As analysts write them: each is called by its own text. */
export const collections: readonly Trap[] = [
  asked('array_intersect(ARRAY[3, 2], ARRAY[2, 5, 3])', [2, 3]),
  asked('array_intersect(ARRAY[2, 5, 3], ARRAY[3, 2])', [2, 3]),
  asked('ARRAY[1,2][2]', 2),
  asked('ARRAY[1,2][3]', fails),
  asked('ARRAY[1,2][0]', fails),
  asked('ARRAY[ARRAY[1],ARRAY[2]][2][1]', 2),
  asked("MAP(ARRAY['a'], ARRAY[1])['a']", 1),
  asked("MAP(ARRAY[1], ARRAY['x'])[1]", 'x'),
  asked("reduce(ARRAY['a', 'b'], 0, (s, x) -> s + length(x), s -> s * 2)", 4),
  asked('reduce(ARRAY[ARRAY[1,2],ARRAY[3]], 0, (s, a) -> s + reduce(a, 0, (t, y) -> t + y, t -> t), s -> s)', 6),
  asked("map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1 AND k <> 'a')", { b: 2 }),
  asked("transform_values(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v * 1.5)", { a: '1.5', b: '3.0' }),
  asked("transform_keys(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> k || 'x')", { ax: 1, bx: 2 }),
  asked('filter(ARRAY[1, 2, NULL], x -> x > 1)', [2]),
  asked('approx_percentile(n, ARRAY[0.5, 0.9]) FROM numbers', [3, 4]),
  asked("regexp_split('a, b;c', '[,;]\\s*')", ['a', 'b', 'c']),
  asked('array_intersect(ARRAY[3, 2, NULL, 2], ARRAY[2, 5, 3])', [3, 2]),
  asked("multimap_agg(k, n) FROM days WHERE dt = DATE '2024-01-01'", { b: [2], a: [1] }),
  asked('multimap_agg(k, n) FILTER (WHERE n > 100) FROM days', null),
  asked('none_match(ARRAY[1, 2], x -> x / 2 > 5)', true),
];
