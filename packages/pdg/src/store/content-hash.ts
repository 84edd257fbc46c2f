import { analysisVersion } from './function-hash.ts'

const prefix = `${analysisVersion} `

/** What the column `content_hash` has for what the caller knows the content of a file by: with the analysis that made the graphs of it. */
export function toContentColumn(contentHash: string | undefined): string | null {
  return contentHash === undefined ? null : prefix + contentHash
}

/** Undoes {@link toContentColumn}; undefined where another analysis made the graphs, as this one may make others of the same content. */
export function fromContentColumn(column: string | null): string | undefined {
  return column?.startsWith(prefix) === true ? column.slice(prefix.length) : undefined
}
