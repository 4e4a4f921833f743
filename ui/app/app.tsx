import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { RouterProvider } from 'react-router';
import { SessionProvider } from '../session/session.tsx';
import { createQueries } from './queries.ts';
import { createRouter } from './router.tsx';
import { accessibleColors, theme } from './theme.ts';

export function App(): ReactNode {
  const [queries] = useState(createQueries);
  const [router] = useState(createRouter);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={accessibleColors} defaultColorScheme="auto">
      <Notifications position="top-right" />
      <QueryClientProvider client={queries}>
        <SessionProvider>
          {/* What is typed into a filter is in the address at once: a transition would be late for the next key. */}
          <RouterProvider router={router} useTransitions={false} />
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
