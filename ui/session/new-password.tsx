import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { MIN_PASSWORD } from './too-short.ts';

/** A password that somebody chooses. `more`: a sentence below the rule. */
export function NewPassword({ more, ...props }: PasswordInputProps & { more?: string }): ReactNode {
  const rule = `At least ${String(MIN_PASSWORD)} characters.`;
  return (
    <PasswordInput
      label="New password"
      description={more === undefined ? rule : `${rule} ${more}`}
      autoComplete="new-password"
      required
      {...props}
    />
  );
}
