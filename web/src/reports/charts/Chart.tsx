/** A figure, its engine loaded when the first one is shown. */
import { Box } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Loading } from "~/states/Loading";
import type { DrawnFigureProps } from "./DrawnFigure";
import { heightOf } from "./option";

const DrawnFigure = lazy(() => import("./DrawnFigure").then((file) => ({ default: file.DrawnFigure })));

export function Chart(props: DrawnFigureProps) {
  const waiting = (
    <Box h={props.height ?? heightOf(props.figure)}>
      <Loading />
    </Box>
  );
  return (
    <Suspense fallback={waiting}>
      <DrawnFigure {...props} />
    </Suspense>
  );
}
