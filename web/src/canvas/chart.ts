/** What a canvas draws: nodes and arrows of one fixed notation, without coordinates. */
export type Shape = "start" | "step" | "good" | "bad" | "decision" | "note";

/** How an element is meant: as it is, of the happy path, not drawn but happening, never used, of less weight, found. */
export type Tone = "plain" | "happy" | "violation" | "unused" | "muted" | "found";

export interface ChartNode {
  id: string;
  shape: Shape;
  label: string;
  /** One line of small print. */
  small?: string;
  tone?: Tone;
  /** 0 to 1: how much of what happens passes here, as depth of colour. */
  weight?: number;
  /** How many things are to be looked at here: findings, comments. */
  marks?: number;
  /** What a screen reader says instead of the label. */
  told?: string;
  /** Its place on the way from start to end: arrows against it are drawn as ways back. */
  rank: number;
  /** Whether it can be dragged to another place in the order. */
  movable?: boolean;
}

export interface ChartArrow {
  id: string;
  source: string;
  target: string;
  label?: string;
  tone?: Tone;
  /** 0 to 1: drawn as width. */
  weight?: number;
  dashed?: boolean;
  marks?: number;
  told?: string;
}

export interface Chart {
  nodes: readonly ChartNode[];
  arrows: readonly ChartArrow[];
}
