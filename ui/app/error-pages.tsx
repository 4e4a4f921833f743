import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useRouteError } from 'react-router';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';

export function NotFoundPage(): ReactNode {
  return (
    <Page title="Not found">
      <EmptyState title="There is nothing at this address" text="It may have been deleted, or the link is wrong.">
        <Button component={Link} to="/">
          To the overview
        </Button>
      </EmptyState>
    </Page>
  );
}

export function CrashPage(): ReactNode {
  const error = useRouteError();
  return (
    <Page title="This page failed">
      <ProblemAlert error={error} />
    </Page>
  );
}
