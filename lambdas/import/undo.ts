import type { Lake } from '../shared/ports/lake.ts';
import { allImports, emptyDocument, folderOf, isImportedFile, setAside, type Manifest } from './land.ts';
import { Refused } from './refused.ts';

const listed = (manifests: readonly Manifest[]) =>
  manifests
    .slice(0, 10)
    .map(({ file, sha256, imported_at: at }) => `${file} (${at.slice(0, 10)}, ${sha256.slice(0, 12)})`)
    .join(', ');

/** The one file that was imported under a name, or whose hash begins so. @throws Refused where it is none, or several */
export async function namedImport(lake: Lake, name: string): Promise<Manifest> {
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
      : `Several files that were imported are called ${name}: ${listed(found)}. Name one by the letters and ` +
          'digits behind its day.',
  );
}

/**
 * Undoes the import of a file: its records count no more, its bytes are deleted, and it can be imported again as if it
 * never was. Nothing of the feeds vanishes: its documents stand there without records, and the note tells of them. A
 * retry does what is left to do.
 * @returns the file's name, and the sheets that it had replaced, which count no more until a person says so
 * @throws Refused where no file has this name, or several have
 */
export async function undoImport(
  lake: Lake,
  name: string,
): Promise<{ readonly file: string; readonly replaced: string[] }> {
  const manifest = await namedImport(lake, name);
  const { file, sha256, parts } = manifest;
  const replaced: string[] = [];
  for await (const other of allImports(lake)) if (other.replaced_by?.sha256 === sha256) replaced.push(other.file);
  for (const key of parts.flatMap(({ documents }) => documents)) await emptyDocument(lake, key);
  for await (const key of lake.keys(folderOf(sha256))) if (isImportedFile(key)) await lake.delete(key);
  // Last: till then the work can be taken up again. What was said of it is said no more.
  await setAside(lake, { ...manifest, said: undefined });
  return { file, replaced };
}
