import { Alert, type AlertProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { TONE_SIGNS } from './status-badge.tsx';
import type { Tone } from './statuses.ts';

export interface NoteProps extends Pick<AlertProps, 'withCloseButton' | 'onClose' | 'role'> {
  tone: Tone;
  title: string;
  children?: ReactNode;
}

/** Something to know, in the colour and with the sign of a status. */
export function Note({ tone, title, children, ...rest }: NoteProps): ReactNode {
  const Sign = TONE_SIGNS[tone];
  return (
    <Alert
      className={`tone-${tone}`}
      title={title}
      icon={<Sign size={20} aria-hidden />}
      closeButtonLabel="Hide"
      styles={{ title: { color: 'inherit' }, icon: { color: 'inherit' }, message: { color: 'inherit' } }}
      variant="default"
      {...rest}
    >
      {children}
    </Alert>
  );
}
