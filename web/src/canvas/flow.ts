/** A chart with its layout in the terms of the canvas library. */
import type { Edge, Node } from "@xyflow/react";
import type { Chart, ChartArrow, ChartNode } from "./chart";
import type { Layout, Route } from "./layout";

export type FlowNode = Node<{ node: ChartNode; chosen: boolean; connectable: boolean }, "shape">;
export type FlowEdge = Edge<{ arrow: ChartArrow; route: Route; chosen: boolean }, "routed">;

export function flowOf(chart: Chart, layout: Layout, selected: string | null, connectable: boolean) {
  const nodes = chart.nodes.map((node): FlowNode => {
    const { x = 0, y = 0, width = 0, height = 0 } = layout.boxes.get(node.id) ?? {};
    return {
      id: node.id,
      type: "shape",
      position: { x, y },
      width,
      height,
      draggable: node.movable ?? false,
      focusable: node.shape !== "start",
      ariaLabel: node.told ?? node.label,
      data: { node, chosen: node.id === selected, connectable },
    };
  });
  return { nodes, edges: chart.arrows.flatMap((arrow) => edgeOf(arrow, layout, selected)) };
}

function edgeOf(arrow: ChartArrow, layout: Layout, selected: string | null): FlowEdge[] {
  const route = layout.routes.get(arrow.id);

  if (!route) return [];
  const { id, source, target } = arrow;
  const chosen = id === selected;
  const data = { arrow, route, chosen };
  return [
    {
      id,
      source,
      target,
      type: "routed",
      zIndex: chosen ? 1 : 0,
      data,
      ...(arrow.told && { ariaLabel: arrow.told }),
    },
  ];
}
