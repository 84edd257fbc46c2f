/** A picture of nodes and edges, before it is written in one language or another. */
export interface Drawing {
  readonly groups: readonly DrawnGroup[]
  /** Sorted as they are to be laid out. */
  readonly edges: readonly DrawnEdge[]
  /** What is not in the picture; any text. */
  readonly note?: string | undefined
}

/** Nodes that stand together under a title. */
export interface DrawnGroup {
  /** Letters and digits, beginning with a letter; so are those of nodes. */
  readonly id: string
  readonly title: string
  readonly nodes: readonly DrawnNode[]
}

/** A node. */
export interface DrawnNode {
  readonly id: string
  /** Any text, line by line. */
  readonly lines: readonly string[]
  readonly shape: 'box' | 'round' | 'decision'
  readonly tone: 'plain' | 'strong' | 'faint'
}

/** An edge from one node to another. */
export interface DrawnEdge {
  readonly from: string
  readonly to: string
  /** Any text; empty for none. */
  readonly label: string
  readonly line: 'solid' | 'dashed' | 'dotted' | 'bold'
}
