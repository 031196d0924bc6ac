/** The process version that a deal runs on, as it is drawn, with the deal's path and present stage marked in it. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { fetchAs } from "~/api/client";
import { problemOf } from "~/api/problem";
import { Asked } from "~/states/Asked";
import type { Deal } from "../queries";
import classes from "./DealPage.module.css";

const drawn = (process: string, version: number, language: string) =>
  queryOptions({
    queryKey: ["processes", process, version, "drawing", language],
    queryFn: async () => {
      const query = `format=svg&language=${language}`;
      const answer = await fetchAs(`/api/v1/processes/${process}/versions/${version}/drawing?${query}`);
      if (!answer.ok) throw problemOf(answer, await answer.json());
      return answer.text();
    },
  });

export function Drawing({ deal, path }: { deal: Deal; path: readonly string[] }) {
  const { i18n } = useTranslation();
  const language = i18n.language === "zh" ? "zh" : "en";
  const query = useQuery(drawn(deal.process_id, deal.process_version, language));
  return <Asked query={query}>{(svg) => <Marked svg={svg} path={path} here={deal.stage.key} />}</Asked>;
}

function Marked({ svg, path, here }: { svg: string; path: readonly string[]; here: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const picture = marked(svg, path, here);
    if (picture) place.current?.replaceChildren(picture);
  }, [svg, path, here]);
  return <div ref={place} className={classes["drawing"]} />;
}

/** The picture with marks; null for what is none. Names in it are text: a parsed SVG of ours holds no script. */
export function marked(svg: string, path: readonly string[], here: string): Element | null {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (parsed.nodeName !== "svg") return null;
  const picture = document.importNode(parsed, true);
  for (const stage of path) outline(picture, stage)?.setAttribute("stroke", "#2563eb");
  const now = outline(picture, here);
  now?.setAttribute("stroke", "#1d4ed8");
  now?.setAttribute("stroke-width", "4");
  now?.setAttribute("fill", "#dbeafe");
  return picture;
}

/** The shape of a stage: the first of its group, whose id ends with the stage's key. */
function outline(picture: Element, stage: string): Element | null {
  const groups = [...picture.querySelectorAll("g[id]")];
  const group = groups.find(({ id }) => id.endsWith(`-node_${stage}`) || id.includes(`-node-${stage}-`));
  return group?.querySelector("rect, polygon, path") ?? null;
}
