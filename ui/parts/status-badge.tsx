import { Badge } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconPlayerPause,
  IconProgress,
  type Icon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { statusLabel, toneOf, type Tone } from './statuses.ts';

/** The sign of each tone, wherever it is shown. */
export const TONE_SIGNS: Readonly<Record<Tone, Icon>> = {
  good: IconCircleCheck,
  busy: IconProgress,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  idle: IconPlayerPause,
};

/** A status in words, with a colour and a sign of its own: nobody has to tell colours apart. */
export function StatusBadge({ status, label }: { status: string; label?: string }): ReactNode {
  const tone = toneOf(status);
  const Sign = TONE_SIGNS[tone];
  return (
    <Badge
      variant="default"
      radius="sm"
      tt="none"
      fw={550}
      miw="max-content"
      className={`tone-${tone}`}
      leftSection={<Sign size={13} stroke={2} aria-hidden />}
    >
      {label ?? statusLabel(status)}
    </Badge>
  );
}
