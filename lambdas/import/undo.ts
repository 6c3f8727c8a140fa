import type { Lake } from '../shared/ports/lake.ts';
import { allImports, emptyDocument, folderOf, type Manifest } from './land.ts';
import { Refused } from './refused.ts';

const listed = (manifests: readonly Manifest[]) =>
  manifests
    .slice(0, 10)
    .map(({ file, sha256, imported_at: at }) => `${file} (${at.slice(0, 10)}, ${sha256.slice(0, 12)})`)
    .join(', ');

/** The one file that was imported under a name, or whose hash begins so. @throws Refused where it is none, or several */
async function namedImport(lake: Lake, name: string): Promise<Manifest> {
  const all: Manifest[] = [];
  for await (const manifest of allImports(lake)) all.push(manifest);
  const found = all.filter(
    ({ file, sha256 }) => file === name || (/^[0-9a-f]{8,64}$/.test(name) && sha256.startsWith(name)),
  );
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  throw new Refused(
    one === undefined
      ? `No file that was imported is called ${name}. Those that were: ${listed(all) || 'none'}.`
      : `Several files that were imported are called ${name}: ${listed(found)}. Name one by the letters and digits behind its day.`,
  );
}

/**
 * Undoes the import of a file: its records count no more, and it can be imported again as if it never was. Nothing of
 * raw vanishes: its documents stand there without records. A retry does what is left to do.
 * @returns the file's name, and the sheets that it had replaced, which count no more until a person says so
 * @throws Refused where no file has this name, or several have
 */
export async function undoImport(
  lake: Lake,
  name: string,
): Promise<{ readonly file: string; readonly replaced: string[] }> {
  const { file, sha256, parts } = await namedImport(lake, name);
  const replaced: string[] = [];
  for await (const other of allImports(lake)) if (other.replaced_by?.sha256 === sha256) replaced.push(other.file);
  for (const key of parts.flatMap(({ documents }) => documents)) await emptyDocument(lake, key);
  const keys: string[] = [];
  for await (const key of lake.keys(folderOf(sha256))) keys.push(key);
  // The note last: while it stands, the work can be taken up again.
  for (const key of keys.toSorted((a, b) => Number(a.endsWith('/import.json')) - Number(b.endsWith('/import.json'))))
    await lake.delete(key);
  return { file, replaced };
}
