/** An arrow along its route; while a node is dragged, straight to where the node is now. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import classes from "./Canvas.module.css";
import type { ChartArrow } from "./chart";
import type { FlowEdge } from "./flow";
import type { Point } from "./layout";
import { roundedPath } from "./path";

const THINNEST = 1.4;
const WIDEST = 7;
const CHOSEN = 3.5;

export function RoutedArrow(props: EdgeProps<FlowEdge>) {
  const { data, id } = props;
  if (!data) return null;
  const { arrow, route, chosen } = data;
  const [path, label] = isAway(props) ? lineOf(props) : [roundedPath(route.points), route.label];
  const width = chosen ? CHOSEN : THINNEST + (arrow.weight ?? 0) * (WIDEST - THINNEST);
  return (
    <>
      <g className={classes["arrow"]} data-tone={arrow.tone ?? "plain"} data-chosen={chosen || undefined}>
        <BaseEdge
          id={id}
          path={path}
          interactionWidth={22}
          style={{ strokeWidth: width, ...(arrow.dashed && { strokeDasharray: "6 5" }) }}
        />
        <Head points={route.points} hidden={isAway(props)} width={width} />
      </g>
      <ArrowLabel arrow={arrow} at={label} chosen={chosen} />
    </>
  );
}

function ArrowLabel({ arrow, at, chosen }: { arrow: ChartArrow; at: Point; chosen: boolean }) {
  if (!arrow.label && !arrow.marks) return null;
  return (
    <EdgeLabelRenderer>
      <div
        className={classes["arrowLabel"]}
        data-tone={arrow.tone ?? "plain"}
        data-chosen={chosen || undefined}
        style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}
        title={arrow.label}
      >
        {arrow.label}
        {arrow.marks ? <span className={classes["labelMarks"]}>{arrow.marks}</span> : null}
      </div>
    </EdgeLabelRenderer>
  );
}

/** The tip, drawn by hand: markers of SVG do not take the colour of their line everywhere. */
function Head({ points, hidden, width }: { points: readonly Point[]; hidden: boolean; width: number }) {
  const [before, tip] = points.slice(-2);
  if (!before || !tip || hidden) return null;
  const angle = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
  const size = 7 + width;
  return (
    <polygon
      points={`0,0 ${-size},${size / 2} ${-size},${-size / 2}`}
      transform={`translate(${tip.x} ${tip.y}) rotate(${angle})`}
    />
  );
}

/** Whether one of its ends is dragged away from where the layout put it: handles are in the middle of top and bottom. */
function isAway({ data, sourceX, sourceY, targetX, targetY }: EdgeProps<FlowEdge>): boolean {
  const route = data?.route.points ?? [];
  const [first, last] = [route[0], route.at(-1)];
  if (!first || !last) return true;
  const far = (one: Point, x: number, y: number) => Math.hypot(one.x - x, one.y - y) > FAR;
  return far(first, sourceX, sourceY) || far(last, targetX, targetY);
}

const FAR = 150; // a route leaves its node anywhere on the border, at most so far from the handle

function lineOf(props: EdgeProps<FlowEdge>): [string, Point] {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const [path, x, y] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
  });
  return [path, { x, y }];
}
