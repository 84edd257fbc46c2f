/** Counts where the places lead that name something outside of their project. */
import { Projects } from '@forge/forge'
import { runProgram } from '../../suite/program.ts'
import { addAll, layOutIndexed } from './laid-out.ts'

type Use = Awaited<ReturnType<Projects['symbols']['uses']>>[number]

await runProgram(async (request) => {
  const laidOut = layOutIndexed(request)
  await using projects = await Projects.open({ globalDb: laidOut.globalDb })
  await addAll(projects, laidOut)
  await (await projects.ask())[Symbol.asyncDispose]()
  const uses: Use[] = []
  for (const { id } of await projects.registry.list()) uses.push(...(await projects.symbols.uses(id)))
  const isOfNode = (use: Use): boolean => use.package === '@types/node'
  const sides: Readonly<Record<string, readonly Use[]>> = {
    packages: uses.filter((use) => !isOfNode(use)),
    Node: uses.filter(isOfNode),
  }
  return Object.fromEntries(request.sides.map((side) => [side, countOf(sides[side] ?? [])]))
})

/** Places, by where they lead. */
function countOf(uses: readonly Use[]): Readonly<Record<string, number>> {
  const sites = (of: (use: Use) => boolean): number => uses.reduce((total, use) => total + (of(use) ? use.sites : 0), 0)
  const all = sites(() => true)
  const led = sites(isLed)
  const noPackage = sites(({ links }) => links.length === 0)
  return {
    sites: all,
    project: sites(({ links }) =>
      links.some(({ symbol, owner }) => symbol !== undefined && owner.project !== undefined),
    ),
    installed: sites(({ links }) =>
      links.some(({ symbol, owner }) => symbol !== undefined && owner.project === undefined),
    ),
    led,
    'no package': noPackage,
    'no name': sites((use) => use.links.length > 0 && !isLed(use) && !isMember(use)),
    'no member': sites((use) => use.links.length > 0 && !isLed(use) && isMember(use)),
    'of all': led / Math.max(1, all),
    'of what is there': led / Math.max(1, all - noPackage),
  }
}

function isLed({ links }: Use): boolean {
  return links.some(({ symbol }) => symbol !== undefined)
}

/** Whether it names a member of what is imported: `external:zod#object.parse`. */
function isMember({ outside }: Use): boolean {
  const [, path = ''] = /^external:.[^#]*#(.+)$/.exec(outside) ?? []
  return path.includes('.')
}
