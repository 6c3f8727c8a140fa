import type { InEach } from '../../language/language.ts';
import { inEnglish, type MarketingTexts } from './texts-en.ts';
import { inFrench } from './texts-fr.ts';

export const marketingTexts: InEach<MarketingTexts> = { en: inEnglish, fr: inFrench };
