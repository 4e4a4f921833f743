import { Badge, Loader } from '@mantine/core';
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

interface Props {
  status: string;
  label?: string;
  /** Shown before the server has agreed to it. */
  pending?: boolean;
}

/** A status in words, with a colour and a sign of its own: nobody has to tell colours apart. */
export function StatusBadge({ status, label, pending = false }: Props): ReactNode {
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
      leftSection={pending ? <Loader size={12} color="currentColor" /> : <Sign size={13} stroke={2} aria-hidden />}
      {...(pending ? { 'aria-busy': true, title: 'The server has not answered yet.' } : {})}
    >
      {label ?? statusLabel(status)}
    </Badge>
  );
}
