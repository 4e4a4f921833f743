import type { ReactNode } from 'react';
import { EmptyState } from '../../parts/empty-state.tsx';

/** In place of what owners alone see. */
export function OwnersOnly(): ReactNode {
  return <EmptyState title="For owners" text="An owner of the team sees this, and can make you one." />;
}
