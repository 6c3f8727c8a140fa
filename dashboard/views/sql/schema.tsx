import { useState } from 'preact/hooks';
import * as v from 'valibot';
import { useLoaded } from '../../app/use-loaded.ts';
import type { SqlTexts } from './texts.ts';

const Tables = v.object({
  tables: v.array(
    v.object({
      name: v.string(),
      zone: v.string(),
      description: v.string(),
      columns: v.array(v.object({ name: v.string(), type: v.string(), comment: v.string() })),
    }),
  ),
});
type Table = v.InferOutput<typeof Tables>['tables'][number];

const zones = ['marts', 'curated', 'ops'];

async function fetchTables(api: URL): Promise<Table[]> {
  const response = await fetch(new URL('tables', api));
  const { tables } = v.parse(Tables, await response.json());
  return tables.toSorted((a, b) => zones.indexOf(a.zone) - zones.indexOf(b.zone) || (a.name < b.name ? -1 : 1));
}

/** The tables and views that a query may name, with their columns; a click puts a name into the query. */
export function Schema({
  api,
  texts,
  onPick,
}: {
  readonly api: URL;
  readonly texts: SqlTexts;
  readonly onPick: (name: string) => void;
}) {
  const [search, setSearch] = useState('');
  const loaded = useLoaded('tables', () => fetchTables(api));
  const wanted = search.trim().toLowerCase();
  const isWanted = ({ name, columns }: Table) =>
    name.includes(wanted) || (wanted.length > 1 && columns.some((column) => column.name.includes(wanted)));
  const tables = loaded.state === 'ready' ? loaded.value.filter(isWanted) : [];
  return (
    <section class="card schema" aria-label={texts.schema}>
      <h2>{texts.schema}</h2>
      <label class="search">
        <span class="hidden">{texts.search}</span>
        <input
          type="search"
          placeholder={texts.search}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </label>
      <div class="tables" tabIndex={0} role="group" aria-label={texts.schema}>
        {tables.map(({ name, zone, description, columns }, i) => (
          <div key={name}>
            {tables[i - 1]?.zone === zone ? null : <h3>{zone}</h3>}
            <details>
              <summary>{name}</summary>
              <p class="note">{description}</p>
              <button type="button" class="plain pick" onClick={() => onPick(name)}>
                {texts.insert(name)}
              </button>
              <ul>
                {columns.map((column) => (
                  <li key={column.name}>
                    <button
                      type="button"
                      class="plain"
                      title={column.comment}
                      aria-label={texts.insert(column.name)}
                      onClick={() => onPick(column.name)}
                    >
                      {column.name}
                    </button>
                    <small>{column.type}</small>
                  </li>
                ))}
              </ul>
            </details>
          </div>
        ))}
      </div>
    </section>
  );
}
