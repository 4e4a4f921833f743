export interface Gate {
  open: () => void;
  opened: Promise<void>;
}

/** A promise that is kept from outside. */
export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}
