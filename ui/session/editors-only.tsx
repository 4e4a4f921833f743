import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page, type PageProps } from '../parts/page.tsx';
import { useCan } from './session.tsx';

interface Props extends Required<Pick<PageProps, 'title' | 'above'>> {
  children: ReactNode;
}

/** A page that changes something; whoever only looks, and came by its address, is told who may. */
export function EditorsOnly({ title, above, children }: Props): ReactNode {
  const last = above.at(-1);
  if (useCan('write')) {
    return children;
  }
  return (
    <Page title={title} above={above}>
      <EmptyState title="For editors" text="You may look, not change. An owner of the team can make you an editor.">
        {last !== undefined && (
          <Button component={Link} to={last.to} variant="default">
            To {last.label}
          </Button>
        )}
      </EmptyState>
    </Page>
  );
}
