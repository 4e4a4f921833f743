import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Props {
  /** What is searched, for those who cannot see the list below. */
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
}

/** Narrows the list below it as one types. */
export function SearchInput({ label, placeholder, value, onChange }: Props): ReactNode {
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} />}
      maw={360}
      value={value}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}
