import { Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';

export interface JsonInputProps {
  label: string;
  description?: string | undefined;
  error?: string | undefined;
  required?: boolean;
  value: unknown;
  /** Undefined: the field is empty. Not called while the text is no JSON. */
  onChange: (value: unknown) => void;
  onBlur?: () => void;
}

/** Any JSON value as text. */
export function JsonInput({ value, onChange, error, ...rest }: JsonInputProps): ReactNode {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [broken, setBroken] = useState(false);
  const change = (next: string): void => {
    setText(next);
    try {
      onChange(next.trim() === '' ? undefined : (JSON.parse(next) as unknown));
      setBroken(false);
    } catch {
      setBroken(true);
    }
  };
  return (
    <Textarea
      {...rest}
      error={broken ? 'This is not JSON yet.' : error}
      autosize
      minRows={3}
      maxRows={16}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
      value={text}
      onChange={(event) => {
        change(event.currentTarget.value);
      }}
    />
  );
}
