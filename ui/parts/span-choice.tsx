import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { spanOf, SPANS, type Span } from './spans.ts';

/** The time that the address names, for all of a page that shows it. */
export function useSpan(): Span {
  const [address] = useSearchParams();
  return spanOf(address.get('span'));
}

/** Chooses it. `label` is for those who do not see what it stands beside. */
export function SpanChoice({ label }: { label: string }): ReactNode {
  const [, setAddress] = useSearchParams();
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      data={SPANS.map(({ value, label: text }) => ({ value, label: text }))}
      value={useSpan().value}
      onChange={(value) => {
        setAddress(
          (address) => {
            const changed = new URLSearchParams(address);
            changed.delete('span');
            if (value !== '') {
              changed.set('span', value);
            }
            return changed;
          },
          { replace: true, preventScrollReset: true },
        );
      }}
    />
  );
}
