import { invalid, requireTags } from './run-arguments.ts'
import type { RunContext } from './run-context.ts'
import { tagsOf } from './run-rows.ts'

/** Adds and removes tags of a run; returns those it then has. */
export async function changeTags(
  context: RunContext,
  id: string,
  { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  callSite: (...args: never[]) => unknown,
): Promise<readonly string[]> {
  const added = requireTags(add, callSite)
  if (!Array.isArray(remove)) throw invalid('tags', 'a list of texts', remove, callSite)
  const removed = new Set<unknown>(remove)
  return await context.write((tx) => {
    const row = context.find(tx, id)
    const before = tagsOf(row.tags)
    const after = requireTags(
      [...before, ...added].filter((tag) => !removed.has(tag)),
      callSite,
    )
    const tags = JSON.stringify(after)
    if (tags === row.tags) return after
    const { id: project, change } = context.change(tx)
    const run = row.number
    tx.run(context.queries.setTags, { project, run, tags, change })
    tx.run(context.queries.dropTags, { project, run })
    for (const tag of after) tx.run(context.queries.addTag, { project, tag, run })
    return after
  })
}
