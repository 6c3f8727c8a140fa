import { marketing } from '../views/marketing/marketing.tsx';
import { pipeline } from '../views/pipeline/view.ts';
import { products } from '../views/products/products.tsx';
import { sql } from '../views/sql/view.ts';
import type { View } from './view.ts';

/** Every view, in the order of the navigation. */
export const views: readonly View[] = [marketing, products, pipeline, sql];
