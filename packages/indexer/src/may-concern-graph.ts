import { languageOf } from '@forge/lang'
import { baseName } from './project-paths.ts'

/**
 * Whether a file's content may decide about the graph: source, and what settings and ignore files may be called. That a file is there, or is
 * not, may always decide.
 */
export function mayConcernGraph(path: string): boolean {
  return languageOf(path) !== undefined || /\.(?:jsonc?|ya?ml)$|^\.(?:git|forge)ignore$/.test(baseName(path))
}
