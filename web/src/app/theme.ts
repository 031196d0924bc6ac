/** How the client looks: calm, dense enough for lists, with targets large enough for a thumb. */
import { type CSSVariablesResolver, createTheme } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "blue",
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily:
    "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
  headings: { fontWeight: "600" },
});

/** The kit's quiet greys, and its colours on a tint of themselves, are too pale to read (WCAG 1.4.3 asks for 4.5:1). */
export const colours: CSSVariablesResolver = (made) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": made.colors.gray[7],
    "--mantine-color-placeholder": made.colors.gray[7],
    ...Object.fromEntries(Object.entries(made.colors).map(onItsTint)),
  },
  dark: {
    "--mantine-color-dimmed": made.colors.dark[1],
    "--mantine-color-placeholder": made.colors.dark[1],
  },
});

const onItsTint = ([name, shades]: [string, readonly string[]]) => [
  `--mantine-color-${name}-light-color`,
  `color-mix(in srgb, ${shades[9]} 80%, black)`,
];
