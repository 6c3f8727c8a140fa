import type { View, ViewProps } from '../../app/view.ts';
import { numbersOf } from '../../data/mart.ts';
import { Card } from '../../parts/card.tsx';

function Products({ page, marts }: ViewProps) {
  const mart = marts['product_performance_daily'];
  return (
    <Card title={products.title[page.language]}>
      <p>{mart ? numbersOf(mart, 'day').length : page.texts.empty}</p>
    </Card>
  );
}

export const products: View = {
  id: 'products',
  title: { en: 'Products', fr: 'Produits' },
  needs: ['product_performance_daily'],
  filters: [],
  hasPeriod: true,
  hasModel: false,
  component: Products,
};
