/** How commands end; docs/cli.md explains them. 1 is every failure that has no code of its own. */
export const EXIT_FAILED = 1;
/** `apply --dry-run --exit-code`: there is something to change. */
export const EXIT_DIFFERENT = 2;
/** sysexits.h: EX_CONFIG. */
export const EXIT_CONFIG = 78;
