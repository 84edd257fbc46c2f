/** Asks other projects who refers to an export and what a change of it may affect, about the exports that most name. */
import { Forge, Projects } from '@forge/forge'
import { type Times, timedWith } from '../../history/programs/timed.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { addAll, layOutIndexed } from './laid-out.ts'

type Known = Awaited<ReturnType<Projects['registry']['list']>>[number]

/** An export, and how many others name it. */
interface Subject {
  readonly project: Known
  readonly id: string
  readonly projects: number
  readonly sites: number
}

await runProgram(async (request) => {
  const laidOut = layOutIndexed(request)
  await using projects = await Projects.open({ globalDb: laidOut.globalDb })
  await addAll(projects, laidOut)
  await using asked = await projects.ask()
  const subjects = (await exportsWithUsers(projects)).slice(0, sizeOf(request, 'exports'))
  await using opened = new AsyncDisposableStack()
  const owners = new Map<number, Forge>()
  for (const { project } of subjects) {
    if (!owners.has(project.id)) {
      owners.set(project.id, opened.use(await Forge.open(project.root, { readOnly: true, threads: false })))
    }
  }
  const calls = sizeOf(request, 'questions')
  const pick = (index: number): Subject => subjects[index % subjects.length]!
  let empty = 0

  const measure = async (ask: (subject: Subject) => Promise<readonly { readonly rows: readonly unknown[] }[]>) => {
    // Graphs are opened and statements prepared by the first of them.
    for (const subject of subjects) if ((await ask(subject)).every(({ rows }) => rows.length === 0)) empty++
    return await timedWith(calls, pick, ask)
  }
  const times: Readonly<Record<string, Times>> = {
    references: await measure(({ project, id }) => asked.references(project, [id])),
    impact: await measure(async ({ project, id }) => {
      const impact = await owners.get(project.id)!.analysis.impact([id], { depth: Infinity })
      return asked.impact(project, [id], Infinity, impact)
    }),
  }
  const values = Object.entries(times).flatMap(([name, { p50, p99 }]) => [
    [`${name} p50`, p50],
    [`${name} p99`, p99],
  ])
  const { projects: most, sites } = subjects[0]!
  return { [onlySide(request)]: { ...Object.fromEntries(values), exports: subjects.length, most, sites, empty } }
})

/** The exports of all projects that others name, those that most projects and places do first. */
async function exportsWithUsers({ registry, symbols }: Projects): Promise<readonly Subject[]> {
  const found: Subject[] = []
  for (const project of await registry.list()) {
    const ids = new Set((await symbols.exportPaths(project.id)).map(({ symbol }) => symbol.shownAs))
    for (const id of ids) {
      const users = await symbols.users(project.id, [id])
      const sites = users.reduce((total, user) => total + user.sites, 0)
      const others = new Set(users.map((user) => user.project)).size
      if (others > 0) found.push({ project, id, projects: others, sites })
    }
  }
  return found.toSorted((left, right) => right.projects - left.projects || right.sites - left.sites)
}
