/** A rectangle, a diamond, a rounded end or a note, with its label and one line of small print. */
import { Handle, type NodeProps, Position } from "@xyflow/react";
import classes from "./Canvas.module.css";
import type { FlowNode } from "./flow";

export function ShapeNode({ data: { node, chosen, connectable } }: NodeProps<FlowNode>) {
  const { shape, tone = "plain", label, small, marks, weight } = node;
  return (
    <div
      className={classes["node"]}
      data-shape={shape}
      data-tone={tone}
      data-chosen={chosen || undefined}
      style={{ "--depth": `${Math.round((weight ?? 0) * 26)}%` } as React.CSSProperties}
      title={label}
    >
      <Handle type="target" position={Position.Top} isConnectable={connectable} />
      {shape === "decision" && <Diamond />}
      {shape !== "start" && (
        <div className={classes["words"]}>
          <span className={classes["label"]}>{label}</span>
          {small && <span className={classes["small"]}>{small}</span>}
        </div>
      )}
      {marks ? <span className={classes["marks"]}>{marks}</span> : null}
      <Handle type="source" position={Position.Bottom} isConnectable={connectable} />
    </div>
  );
}

function Diamond() {
  return (
    <svg className={classes["diamond"]} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <polygon points="50,1 99,50 50,99 1,50" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
