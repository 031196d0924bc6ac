/** A chart on a canvas: panned, zoomed, chosen from by mouse, touch and keyboard; drawn anew wherever it changes. */
import "@xyflow/react/dist/style.css";
import { useComputedColorScheme } from "@mantine/core";
import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Canvas.module.css";
import type { Chart } from "./chart";
import { type FlowEdge, type FlowNode, flowOf } from "./flow";
import { laidOut } from "./layout";
import { RoutedArrow } from "./RoutedArrow";
import { ShapeNode } from "./ShapeNode";

export interface CanvasProps {
  chart: Chart;
  /** What the whole shows, for screen readers. */
  label: string;
  selected: string | null;
  onSelect: (id: string | null) => void;
  /** An arrow was drawn by hand from one node to another. */
  onConnect?: (source: string, target: string) => void;
  /** A node was dragged: the movable nodes in their order from top to bottom. */
  onOrder?: (ids: string[]) => void;
  height?: number | string;
}

const NODES = { shape: ShapeNode };
const EDGES = { routed: RoutedArrow };
const FIT = { maxZoom: 1, padding: 0.06 };

export function Canvas(props: CanvasProps) {
  return (
    <div className={classes["canvas"]} style={{ height: props.height ?? "68vh" }}>
      <ReactFlowProvider>
        <Drawn {...props} />
      </ReactFlowProvider>
    </div>
  );
}

function Drawn({ chart, label, selected, onSelect, onConnect, onOrder }: CanvasProps) {
  const { t } = useTranslation("canvas");
  const colours = useComputedColorScheme("light");
  const layout = useMemo(() => laidOut(chart), [chart]);
  const flow = useMemo(
    () => flowOf(chart, layout, selected, onConnect !== undefined),
    [chart, layout, selected, onConnect],
  );
  const [nodes, setNodes] = useState<FlowNode[]>(flow.nodes);
  useEffect(() => setNodes(flow.nodes), [flow.nodes]);
  useShowSelected(selected, flow.nodes);
  const moved = useCallback(
    (changes: NodeChange<FlowNode>[]) => setNodes((before) => applyNodeChanges(changes, before)),
    [],
  );
  const dropped = () => {
    onOrder?.(orderOf(nodes));
    setNodes(flow.nodes);
  };
  const connected = ({ source, target }: Connection) => onConnect?.(source, target);
  return (
    <ReactFlow<FlowNode, FlowEdge>
      aria-label={label}
      nodes={nodes}
      edges={flow.edges}
      nodeTypes={NODES}
      edgeTypes={EDGES}
      onNodesChange={moved}
      onNodeDragStop={dropped}
      onNodeClick={(_, { id }) => onSelect(id)}
      onEdgeClick={(_, { id }) => onSelect(id)}
      onPaneClick={() => onSelect(null)}
      onConnect={connected}
      onKeyDown={(event) => chosenByKey(event, onSelect)}
      colorMode={colours}
      nodesConnectable={onConnect !== undefined}
      deleteKeyCode={null}
      minZoom={0.2}
      maxZoom={1.6}
      fitView
      fitViewOptions={FIT}
      ariaLabelConfig={{
        "node.a11yDescription.default": t("node"),
        "node.a11yDescription.keyboardDisabled": t("node"),
        "edge.a11yDescription.default": t("arrow"),
        "controls.ariaLabel": t("controls"),
        "controls.zoomIn.ariaLabel": t("zoomIn"),
        "controls.zoomOut.ariaLabel": t("zoomOut"),
        "controls.fitView.ariaLabel": t("fit"),
      }}
    >
      <Background gap={24} />
      <Controls showInteractive={false} fitViewOptions={FIT} />
    </ReactFlow>
  );
}

/** Enter or space on a node or an arrow that has the focus chooses it. */
function chosenByKey(event: React.KeyboardEvent, onSelect: (id: string | null) => void): void {
  if (event.key !== "Enter" && event.key !== " ") return;
  const element = event.target instanceof Element ? event.target.closest("[data-id]") : null;
  const id = element?.getAttribute("data-id");
  if (id) onSelect(id);
}

const orderOf = (nodes: readonly FlowNode[]): string[] =>
  nodes
    .filter(({ draggable }) => draggable)
    .sort((one, other) => one.position.y - other.position.y)
    .map(({ id }) => id);

/** What was chosen elsewhere (a finding, the outline) comes into view. */
function useShowSelected(selected: string | null, nodes: readonly FlowNode[]): void {
  const { setCenter, getZoom, getInternalNode, getViewport } = useReactFlow();
  useEffect(() => {
    const node = nodes.find(({ id }) => id === selected);
    if (!node || !getInternalNode(node.id)) return;
    const { x, y, zoom } = getViewport();
    const frame = document.querySelector(".react-flow")?.getBoundingClientRect();
    if (!frame) return;
    const [left, top] = [node.position.x * zoom + x, node.position.y * zoom + y];
    const inside = left > 0 && top > 0 && left < frame.width - 100 && top < frame.height - 50;
    if (!inside) void setCenter(node.position.x + 100, node.position.y + 30, { zoom: getZoom() });
  }, [selected, nodes, setCenter, getZoom, getInternalNode, getViewport]);
}
