import {
  createTheme,
  Menu,
  Notification,
  Spoiler,
  type CSSVariablesResolver,
  type MantineThemeOverride,
} from '@mantine/core';

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'indigo',
  // White text on it has a contrast of 4.5 and more (WCAG AA), in both schemes.
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily:
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace',
  components: {
    // Its place for the first focus is no item of the menu: the first item gets it.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Spoiler: Spoiler.extend({ styles: { control: { fontSize: 'var(--mantine-font-size-sm)' } } }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Hide' } },
      // Below a title it would be too faint for WCAG AA.
      styles: { description: { color: 'var(--mantine-color-text)' } },
    }),
  },
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.15rem' } } },
});

/** Mantine's own greys of secondary text and placeholders are too faint for WCAG AA. */
export const accessibleColors: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-8)',
    '--chart-text-color': 'var(--mantine-color-gray-7)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
    '--chart-text-color': 'var(--mantine-color-dark-1)',
  },
});
