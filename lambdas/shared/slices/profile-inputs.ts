import { createHash } from 'node:crypto';
import { experimentsKey } from '../shop/experiments.ts';
import { declaredParts, profileKey, type ShopPart, type ShopProfile } from '../shop/profile.ts';
import type { SliceInput } from './staleness.ts';

/** A part of the shop's profile as an input of a slice: its etag changes with its value, and with nothing else. */
export function partInput(profile: ShopProfile, part: ShopPart): SliceInput {
  return {
    key: part === 'experiments' ? experimentsKey : `${profileKey}#${part}`,
    etag: createHash('sha256').update(JSON.stringify(profile[part])).digest('hex').slice(0, 32),
  };
}

/** All parts of the profile as inputs. */
export function profileInputs(profile: ShopProfile): SliceInput[] {
  return declaredParts.options.map((part) => partInput(profile, part));
}
