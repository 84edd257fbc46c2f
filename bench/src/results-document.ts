/** One benchmark's part of a document of results. */
export interface Section {
  /** Names the part; unique in the document. */
  readonly id: string
  readonly title: string
  /** Markdown without a heading. */
  readonly body: string
}

const opening = '# Results\n\nWhat was measured last. Each section is written by its benchmark; see README.md.\n'

/** `document` with the section replaced where its markers are, or added at the end; an empty document gets a heading. */
export function withSection(document: string, { id, title, body }: Section): string {
  const start = `<!-- bench:${id}:start -->`
  const end = `<!-- bench:${id}:end -->`
  const section = `${start}\n\n## ${title}\n\n${body}\n\n${end}`
  const from = document.indexOf(start)
  const to = document.indexOf(end, from)
  if (from !== -1 && to !== -1) return document.slice(0, from) + section + document.slice(to + end.length)
  return `${document.trim() === '' ? opening : document.trimEnd() + '\n'}\n${section}\n`
}
