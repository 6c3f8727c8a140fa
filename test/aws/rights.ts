/**
 * Who may do what with what was deployed, in the words of the house: written by hand, so that the stacks are held
 * against it.
 */

/** Places of the lake, and that of the answers to queries, which is in a bucket of its own. */
export const places = [
  'raw/web', 'raw/crm', 'curated', 'marts', 'lease', 'ledger', 'rejects', 'routes', 'joins', 'given-up', 'profile', 'site', 'inbox', 'answers', 'scratch',
] as const; // prettier-ignore

export type Place = (typeof places)[number];

/** An object of each place, which is tried. */
export const objects: Readonly<Record<Place, string>> = {
  'raw/web': 'raw/web/events/dt=2025-01-01/tried.jsonl.gz',
  'raw/crm': 'raw/crm/orders/dt=2025-01-01/tried.jsonl.gz',
  curated: 'curated/orders/dt=2025-01-01/tried.parquet',
  marts: 'marts/sessions/dt=2025-01-01/tried.parquet',
  lease: 'ops/lease.json',
  ledger: 'ops/pipeline_runs/dt=2025-01-01/tried.parquet',
  rejects: 'ops/rejects/dt=2025-01-01/tried.parquet',
  routes: 'ops/routes/tried.json',
  joins: 'ops/joins/tried.json',
  'given-up': 'aws/lambda/tried',
  profile: 'shop.json',
  site: 'site/data/tried.parquet',
  inbox: 'inbox/tried.csv',
  answers: 'athena-results/tried.csv',
  scratch: 'scratch/models/tried.parquet',
};

/** What can be done with an object, by its letter in the table. */
export const actions = { g: 'get', p: 'put', d: 'delete' } as const;

/** Who may get, put and delete objects where. */
const ofObjects = `
           raw/web raw/crm curated marts lease ledger rejects routes joins given-up profile site inbox answers scratch
collect    ---     ---     ---     ---   ---   ---    ---     ---    ---   ---      ---     ---  ---   ---     ---
land       -p-     ---     ---     ---   ---   ---    -p-     ---    ---   -p-      ---     ---  ---   ---     ---
lease      ---     ---     ---     ---   gpd   ---    ---     ---    ---   ---      ---     ---  ---   ---     ---
import     -p-     gp-     ---     ---   gp-   ---    ---     ---    ---   ---      g--     ---  g-d   ---     ---
plan       g--     g--     g-d     g-d   gp-   gp-    gpd     gpd    gp-   ---      g--     ---  ---   ---     ---
transform  g--     g--     gp-     ---   gp-   gp-    gpd     gp-    gp-   ---      g--     ---  ---   ---     ---
model      ---     ---     g--     gp-   gp-   gp-    gp-     gp-    gp-   ---      g--     ---  ---   ---     gpd
attribute  ---     ---     ---     ---   gp-   -p-    ---     ---    ---   ---      ---     ---  ---   ---     ---
join       gpd     ---     ---     ---   gp-   ---    ---     ---    gpd   ---      ---     ---  ---   ---     ---
check      ---     ---     g--     g--   gp-   gpd    gp-     gp-    gp-   ---      g--     ---  ---   ---     ---
publish    ---     ---     g--     g--   gp-   g--    g--     g--    g--   ---      g--     gp-  ---   ---     ---
forget     gpd     gpd     g--     g--   gpd   gp-    gpd     g--    gpd   gpd      gpd     gpd  gpd   --d     --d
machine    ---     ---     ---     ---   ---   ---    ---     ---    ---   ---      ---     ---  ---   ---     ---
schedules  ---     ---     ---     ---   ---   ---    ---     ---    ---   ---      ---     ---  ---   ---     ---
inbox      ---     ---     ---     ---   ---   ---    ---     ---    ---   ---      ---     ---  ---   ---     ---
analyst    ---     ---     g--     g--   ---   g--    ---     ---    ---   ---      ---     ---  ---   gp-     ---
eraser     ---     ---     ---     ---   ---   ---    ---     ---    ---   ---      ---     ---  ---   ---     ---
`;

/** Who may do what else; `?` where the emulator cannot tell. @see untold */
const ofServices = `
           list:lake list:raw list:marts list:answers stream:put stream:read key:read machine:start step:invoke athena:ask catalogue:read list:versions get:version delete:version forget:invoke list:scratch athena:models
collect    -         -        -          -            yes        -           -        -             -           -          -              -             -           -              -             -            -
land       yes       yes      yes        -            -          yes         -        -             -           -          -              -             -           -              -             -            -
lease      yes       yes      yes        -            -          -           -        -             -           -          -              -             -           -              -             -            -
import     yes       yes      yes        -            -          -           -        -             -           -          -              -             -           -              -             -            -
plan       yes       yes      yes        -            -          -           yes      -             -           -          -              -             -           -              -             -            -
transform  yes       yes      yes        -            -          -           yes      -             -           -          -              -             -           -              -             -            -
model      yes       yes      yes        -            -          -           -        -             -           -          -              -             -           -              -             yes          yes
attribute  yes       yes      yes        -            -          -           -        -             -           -          -              -             -           -              -             -            -
join       yes       yes      yes        -            -          -           -        -             -           -          -              -             -           -              -             -            -
check      yes       yes      yes        -            -          -           -        -             -           -          -              -             -           -              -             -            -
publish    yes       yes      yes        -            -          -           -        -             -           -          -              -             -           -              -             -            -
forget     yes       yes      yes        yes          -          -           yes      -             -           -          -              yes           yes         yes            -             yes          -
machine    -         -        -          -            -          -           -        yes           yes         -          -              -             -           -              -             -            -
schedules  -         -        -          -            -          -           -        yes           -           -          -              -             -           -              -             -            -
inbox      -         -        -          -            -          -           -        yes           -           -          -              -             -           -              -             -            -
analyst    -         -        yes        yes          -          -           -        -             -           yes        ?              -             -           -              -             -            -
eraser     -         -        -          -            -          -           -        yes           -           -          -              -             -           -              yes           -            -
`;

/** The rows of a table by their names, each as its cells by heading. */
function cells(table: string): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const [head = [], ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/u));
  return new Map(
    rows.map(([name = '', ...row]) => {
      if (row.length !== head.length) throw new Error(`The row of ${name} has ${row.length} cells of ${head.length}.`);
      return [name, head.map((heading, i) => [heading, row[i] ?? ''] as const)];
    }),
  );
}

/** What the emulator cannot tell, and why; the templates' own tests speak of these. */
export const untold: Readonly<Record<string, string>> = {
  'analyst catalogue:read':
    'ministack judges a look into the catalogue by Athena as one of all resources, and denies it.',
};

const letters = Object.entries(actions);

/** What each role may do: `get curated`, `stream:put`. Whatever is not among them is denied. */
export const rights: ReadonlyMap<string, readonly string[]> = new Map(
  [...cells(ofObjects)].map(([role, row]) => [
    role,
    [
      ...row.flatMap(([place, may]) =>
        letters.flatMap(([letter, action]) => (may.includes(letter) ? [`${action} ${place}`] : [])),
      ),
      ...(cells(ofServices).get(role) ?? []).flatMap(([call, may]) => (may === 'yes' ? [call] : [])),
    ],
  ]),
);

/** Every call that is tried. */
export const calls: readonly string[] = [
  ...places.flatMap((place) => Object.values(actions).map((action) => `${action} ${place}`)),
  ...([...cells(ofServices).values()][0]?.map(([call]) => call) ?? []),
];
