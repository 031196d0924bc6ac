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

/** The kit's quiet greys are too pale to read (WCAG 1.4.3 asks for 4.5:1). */
export const colours: CSSVariablesResolver = (made) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": made.colors.gray[7],
    "--mantine-color-placeholder": made.colors.gray[7],
  },
  dark: {
    "--mantine-color-dimmed": made.colors.dark[1],
    "--mantine-color-placeholder": made.colors.dark[1],
  },
});
