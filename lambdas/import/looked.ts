import type { Manifest } from './land.ts';
import type { Understood, Versions } from './understand.ts';

/** What a look at one file came to. Nothing of it is landed yet. */
export type Looked =
  | {
      readonly kind: 'refused';
      readonly name: string;
      readonly why: string;
      /** Where it is, where its headings are what nobody knows. */
      readonly unknown?: string;
    }
  /** A file with the same bytes is among those that are looked at, by this name. */
  | { readonly kind: 'same'; readonly name: string; readonly as: string }
  /** A file with the same bytes was imported; `versions`: what a person says of it now. */
  | { readonly kind: 'known'; readonly name: string; readonly before: Manifest; readonly versions?: Versions }
  | { readonly kind: 'understood'; readonly name: string; readonly understood: Understood };
