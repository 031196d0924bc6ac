/** A figure drawn by ECharts in the colours and the language of the page; pressing a bar opens what is behind it. */
import { useComputedColorScheme, useMantineTheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import type { Figure, Point } from "../figure";
import { useSaid } from "../useSaid";
import { init } from "./engine";
import { heightOf, type Look, optionOf, pointAt } from "./option";

export interface DrawnFigureProps {
  figure: Figure;
  label: string;
  height?: number | undefined;
  onOpen?: ((point: Point) => void) | undefined;
}

export function DrawnFigure({ figure, label, height, onOpen }: DrawnFigureProps) {
  const place = useRef<HTMLDivElement>(null);
  const look = useLook();
  const said = useSaid(figure);
  const open = useRef(onOpen);
  open.current = onOpen;
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current, null, { renderer: "svg" });
    chart.setOption(optionOf(figure, look, said));
    chart.on("click", ({ seriesIndex, dataIndex }) => {
      const point = pointAt(figure, seriesIndex ?? 0, dataIndex);
      if (point?.drill) open.current?.(point);
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [figure, look, said]);
  return <div ref={place} role="img" aria-label={label} style={{ height: height ?? heightOf(figure) }} />;
}

function useLook(): Look {
  const theme = useMantineTheme();
  const dark = useComputedColorScheme("light") === "dark";
  return useMemo(() => {
    const shade = (name: string, light: number, deep: number) =>
      theme.colors[name]?.[dark ? deep : light] ?? "";
    return {
      accent: shade("blue", 7, 5),
      palette: ["blue", "teal", "orange", "grape", "cyan", "pink", "lime", "gray"].map((one) =>
        shade(one, 6, 5),
      ),
      text: dark ? shade("dark", 0, 0) : shade("gray", 8, 8),
      dimmed: dark ? shade("dark", 1, 1) : shade("gray", 7, 7),
      line: dark ? shade("dark", 4, 4) : shade("gray", 3, 3),
      good: shade("teal", 6, 5),
      bad: shade("red", 6, 5),
      font: theme.fontFamily,
    };
  }, [theme, dark]);
}
