import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

/** In place of what a page is about, until it is there or cannot be had. */
export function Pending({ error }: { error: unknown }): ReactNode {
  return error === null || error === undefined ? <Loader aria-label="Loading" /> : <ProblemAlert error={error} />;
}
