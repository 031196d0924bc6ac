/** A figure, its engine loaded when the first one is shown. */
import { Center, Loader } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { DrawnFigureProps } from "./DrawnFigure";
import { heightOf } from "./option";

const DrawnFigure = lazy(() => import("./DrawnFigure").then((file) => ({ default: file.DrawnFigure })));

export function Chart(props: DrawnFigureProps) {
  const { t } = useTranslation("states");
  const waiting = (
    <Center h={props.height ?? heightOf(props.figure)}>
      <Loader size="sm" aria-label={t("loading")} />
    </Center>
  );
  return (
    <Suspense fallback={waiting}>
      <DrawnFigure {...props} />
    </Suspense>
  );
}
