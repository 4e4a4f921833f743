import { useEffect, useRef, type RefObject } from 'react';
import { useLocation } from 'react-router';

/** Who followed a link that is gone with its page goes on in the new one: keyboards and screen readers begin there. */
export function useArrival(): RefObject<HTMLElement | null> {
  const { pathname } = useLocation();
  const content = useRef<HTMLElement>(null);
  const left = useRef(pathname);
  useEffect(() => {
    if (left.current !== pathname && document.activeElement === document.body) {
      content.current?.focus({ preventScroll: true });
    }
    left.current = pathname;
  }, [pathname]);
  return content;
}
