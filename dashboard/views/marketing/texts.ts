import type { FilterName } from '../../app/state.ts';
import type { InEach } from '../../language/language.ts';
import { inEnglish, type MarketingTexts } from './texts-en.ts';
import { inFrench } from './texts-fr.ts';

export const marketingTexts: InEach<MarketingTexts> = { en: inEnglish, fr: inFrench };

/** The names of the filters that are set among those that a figure does not follow. */
export const setAmong = (
  names: readonly FilterName[],
  filters: Readonly<Record<FilterName, string | undefined>>,
  labels: Readonly<Record<FilterName, string>>,
): string[] => names.filter((name) => filters[name] !== undefined).map((name) => labels[name]);
