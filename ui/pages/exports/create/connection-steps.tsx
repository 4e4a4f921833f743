import { List, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api-client/index.ts';
import { words } from '../../../parts/format.ts';

const SIGNS = {
  passed: { color: 'green.9', icon: <IconCheck size={14} /> },
  failed: { color: 'red.9', icon: <IconX size={14} /> },
  skipped: { color: 'gray.7', icon: <IconMinus size={14} /> },
} as const;

/** A connection check step by step: how far it came, and what to do about the step that failed. */
export function ConnectionSteps({ check }: { check: Schemas['ConnectionCheck'] }): ReactNode {
  return (
    <div role="status" aria-label="Connection check">
      <List spacing="xs" listStyleType="none" center styles={{ itemWrapper: { alignItems: 'flex-start' } }}>
        {check.steps.map(({ name, status, message }) => (
          <List.Item
            key={name}
            icon={
              <ThemeIcon size={20} radius="xl" color={SIGNS[status].color}>
                {SIGNS[status].icon}
              </ThemeIcon>
            }
          >
            <Text size="sm" className="break-anywhere">
              <Text span inherit fw={550}>
                {words(name)}
              </Text>{' '}
              <Text span inherit c="dimmed">
                {message ?? status}
              </Text>
            </Text>
          </List.Item>
        ))}
      </List>
    </div>
  );
}
