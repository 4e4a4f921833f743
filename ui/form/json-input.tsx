import { Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { BrokenJson, jsonText, NO_JSON_YET, parsedJson } from './broken-json.ts';

export interface JsonInputProps {
  label: string;
  description?: string | undefined;
  error?: string | undefined;
  required?: boolean;
  value: unknown;
  /** Undefined: the field is empty. BrokenJson: the text is no JSON, and the form must not be sent. */
  onChange: (value: unknown) => void;
  onBlur?: () => void;
}

/** Any JSON value as text. */
export function JsonInput({ value, onChange, error, ...rest }: JsonInputProps): ReactNode {
  const [text, setText] = useState(() => jsonText(value));
  return (
    <Textarea
      {...rest}
      error={value instanceof BrokenJson ? NO_JSON_YET : error}
      autosize
      minRows={3}
      maxRows={16}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(parsedJson(event.currentTarget.value));
      }}
    />
  );
}
