/** One thing that was looked at. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'problem'
  readonly found: string
  /** What to do where it is not well. */
  readonly remedy?: string
}

/** Nothing to do. */
export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found }
}

/** Forge works, and could do better. */
export function warning(name: string, found: string, remedy: string): Check {
  return { name, state: 'warning', found, remedy }
}

/** Forge does not work here, or answers wrongly. */
export function problem(name: string, found: string, remedy: string): Check {
  return { name, state: 'problem', found, remedy }
}

/** What helps with anything in the graph's database: it holds nothing but what is read from the code. */
export function rebuild(file: string): string {
  return `Delete ${file} and run \`forge index\`; nothing in it is lost for good`
}
