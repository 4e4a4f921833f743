import { TextInput, type TextInputProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string;
  onChange: (text: string) => void;
}

/** A line of text, which is told as it is typed. */
export function TextField({ onChange, ...field }: Props): ReactNode {
  return (
    <TextInput
      {...field}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}
