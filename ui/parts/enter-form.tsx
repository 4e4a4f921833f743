import type { ReactNode } from 'react';

interface Props {
  /** What Enter in a field does, and a click on the button of type `submit`. */
  onEnter: () => void;
  /** Whether it may be done now. Something that is under way is not done twice. */
  ready?: boolean;
  children: ReactNode;
}

/** Fields of which one Enter is enough. */
export function EnterForm({ onEnter, ready = true, children }: Props): ReactNode {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // Of a dialog: what it was opened from is another form.
        event.stopPropagation();
        if (ready) {
          onEnter();
        }
      }}
    >
      {children}
    </form>
  );
}
