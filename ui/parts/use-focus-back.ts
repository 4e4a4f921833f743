import { useEffect } from 'react';

/** The element that had the focus last, of those that stay: items of a menu are gone once they are chosen. */
let last: HTMLElement | undefined;

document.addEventListener('focusin', ({ target }) => {
  if (target instanceof HTMLElement && target.closest('[role="menu"]') === null) {
    last = target;
  }
});

/** The trap of a dialog lets go of the focus a moment after it is closed. */
const SOON_MS = 20;

/**
 * Gives the focus back to what opened a dialog, or to the button of the menu that did, also where the dialog is taken off
 * the page instead of closed; where that is gone too, to the page. Whoever has gone elsewhere meanwhile stays there.
 */
export function useFocusBack(opened: boolean): void {
  useEffect(() => {
    const opener = last;
    if (!opened) {
      return undefined;
    }
    return () => {
      const closing = document.activeElement;
      setTimeout(() => {
        const now = document.activeElement;
        if (now === null || now === document.body || now === closing) {
          const place = opener?.isConnected === true ? opener : document.getElementById('main');
          place?.focus({ preventScroll: true });
        }
      }, SOON_MS);
    };
  }, [opened]);
}
